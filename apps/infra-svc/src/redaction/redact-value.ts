import { hidden, hideCredentials, holdsSecret } from './hide-credentials.ts'

const secretName = /pass|pwd|secret|token|key|credential|auth|private|dsn|cert/i
const likeSecret = /^[A-Za-z0-9+/_=-]{32,}$/
/** What kubectl keeps of its last apply repeats the whole object, be it a Secret or a template that holds one. */
const wholeObject = /last-applied-configuration/i

/** A value as it may be shown: nothing of what its name or its looks say is secret, and no credentials within it. */
export function redactValue(name: string, value: string): string {
  if (wholeObject.test(name) || holdsSecret(value)) return hidden
  const shown = hideCredentials(value)
  if (shown !== value && /:\/\//.test(value)) return shown
  return secretName.test(name) || likeSecret.test(value) ? hidden : shown
}
