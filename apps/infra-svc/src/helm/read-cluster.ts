/** The little of a cluster's client that reading releases needs: it only gets.
 *  The client sees to a deadline and throws ClusterError. */
export interface ReadCluster {
  get(path: string, options?: { readonly accept?: string; readonly deadlineMs?: number }): Promise<unknown>
}

/** Of each request, ms. */
export const deadlineMs = 5_000
