const secretName = /pass|pwd|secret|token|key|credential|auth|private|dsn|cert/i
const userInfo = /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@]+@/gi
const likeSecret = /^[A-Za-z0-9+/_=-]{32,}$/

export const hidden = '(hidden)'

/** A text without the credentials of the URLs in it. */
export const hideUserInfo = (text: string): string => text.replace(userInfo, `$1${hidden}@`)

/** A value as it may be shown: nothing of what its name or its looks say is secret, and no credentials in a URL. */
export function redactValue(name: string, value: string): string {
  const shown = hideUserInfo(value)
  if (shown !== value) return shown
  return secretName.test(name) || likeSecret.test(value) ? hidden : value
}
