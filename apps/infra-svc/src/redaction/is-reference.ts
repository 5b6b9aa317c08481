import { kinds } from '@akashic/kubernetes'

/** How much before an assignment is looked at: a URL, or a kind with a namespace. */
const longestBefore = 300

const serviceAccount = /\bsystem:serviceaccount:[a-z0-9-]{1,63}:$/
const objectName = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/
const others = kinds.filter((kind) => kind !== 'Secret')
const kindAndName = new RegExp(String.raw`\b(?:${others.join('|')}) [a-z0-9-]{1,63}/[a-z0-9.-]{1,253}: $`)
/** What is said of an object that was changed. */
const saidOfObject = /^(?:changed|created|deleted|restarted|rolled|scaled)$/

const hostOrImage = /([\w.-]{1,253}):$/
const secretWord = /passw|passphrase|authorization|pwd|secret|token|key|pin|credential/i
/** What stands before the host that is called. */
const calling =
  /(?:\bE[A-Z]{6,15}|\b(?:dial(?: tcp)?|lookup|connect(?:ing|ion)?(?: to| refused:)?|upstream(?:=| ")?)|->)[ "]{0,2}$/i
const webAddress = /\bhttps?:\/\/$/i
const address = /:\/\/$/
const image = /\bimage "[\w./:@-]*$|\/$/
const port = /^(?:\d{2,5}|https?|grpc|metrics)(?:\/[\w./-]{0,200})?$/
const version = /^(?:v\d{1,3}|v?\d{1,5}(?:\.\d{1,5}){1,3})(?:-(?:alpine|slim|debian|rc\d{1,3}))?$/

/** Whether what looks like the assignment of a secret is a name of Kubernetes: of a service account, of an object with what
 *  is said of it, of a host with its port, of an image with its version.
 *  @param at where in the text it begins.
 *  @param key up to its value, with what stands between them. */
export function isReference(text: string, at: number, key: string, value: string): boolean {
  const before = text.slice(Math.max(0, at - longestBefore), at) + key
  const told = value.replace(/["').:]{1,4}$/, '')
  return (
    (serviceAccount.test(before) && objectName.test(told)) ||
    (kindAndName.test(before) && saidOfObject.test(told)) ||
    isHostOrImage(before, told)
  )
}

/** A name goes on after the word that looks secret, and stands where hosts and images do. */
function isHostOrImage(before: string, told: string): boolean {
  const name = hostOrImage.exec(before)?.[1] ?? ''
  const around = before.slice(0, before.length - name.length - 1)
  const last = /[.-]([^.-]*)$/.exec(name)?.[1]
  if (last === undefined) return false
  if (port.test(told) && webAddress.test(around)) return true
  if (secretWord.test(last)) return false
  return (
    (port.test(told) && (calling.test(around) || address.test(around))) || (version.test(told) && image.test(around))
  )
}
