/** A CloudEvent in its JSON format, as the server tells it. */
export interface CloudEvent {
  readonly id: string
  readonly type: string
  readonly time: string
  readonly subject: string
  readonly actor?: string
  readonly incidentid?: string
  readonly data: Readonly<Record<string, unknown>>
}
