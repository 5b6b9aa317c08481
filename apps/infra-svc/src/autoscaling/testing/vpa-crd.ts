/** VerticalPodAutoscaler as its project defines it, as far as it is used here.
 *  Source: vertical-pod-autoscaler/deploy/vpa-v1-crd-gen.yaml of kubernetes/autoscaler. */
export const vpaCrd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: verticalpodautoscalers.autoscaling.k8s.io
  annotations: { api-approved.kubernetes.io: 'https://github.com/kubernetes/kubernetes/pull/63797' }
spec:
  group: autoscaling.k8s.io
  scope: Namespaced
  names: { kind: VerticalPodAutoscaler, listKind: VerticalPodAutoscalerList, plural: verticalpodautoscalers, singular: verticalpodautoscaler, shortNames: [vpa] }
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          apiVersion: { type: string }
          kind: { type: string }
          metadata: { type: object }
          spec:
            type: object
            required: [targetRef]
            properties:
              targetRef:
                type: object
                required: [kind, name]
                properties: { apiVersion: { type: string }, kind: { type: string }, name: { type: string } }
              updatePolicy:
                type: object
                properties:
                  minReplicas: { type: integer, format: int32 }
                  updateMode: { type: string, enum: ['Off', Initial, Recreate, InPlaceOrRecreate, Auto] }
              resourcePolicy:
                type: object
                properties:
                  containerPolicies:
                    type: array
                    items:
                      type: object
                      properties:
                        containerName: { type: string }
                        mode: { type: string, enum: [Auto, 'Off'] }
                        controlledResources: { type: array, items: { type: string } }
                        controlledValues: { type: string, enum: [RequestsAndLimits, RequestsOnly] }
                        minAllowed: &amounts
                          type: object
                          additionalProperties:
                            anyOf: [{ type: integer }, { type: string }]
                            x-kubernetes-int-or-string: true
                            pattern: '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$'
                        maxAllowed: *amounts
---`
