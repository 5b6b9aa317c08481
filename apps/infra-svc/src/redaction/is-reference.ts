import { kinds } from '@akashic/kubernetes'

/** How much before an assignment is looked at: a URL, or a kind with a namespace. */
const longestBefore = 300

const serviceAccount = /\bsystem:serviceaccount:[a-z0-9-]{1,63}:$/
const objectName = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/
const others = kinds.filter((kind) => kind !== 'Secret')
const kindAndName = new RegExp(String.raw`\b(?:${others.join('|')}) [a-z0-9-]{1,63}/[a-z0-9.-]{1,253}: $`)
const word = /^[a-z]{3,}$/
const hostOfUrl = /:\/\/[\w.-]{1,253}:$/
const portAndPath = /^\d{1,5}(?:\/[\w./-]{0,200})?$/
/** The word that looks secret is only the beginning of the name. */
const longerName = /(?:secret|token|key|auth)\w*[.-][\w.-]{0,100}:$/i
const portOrVersion = /^(?:\d{2,5}|https?|grpc|metrics|v?\d{1,5}(?:\.\d{1,5}){1,3}(?:-[a-z0-9.]{1,20})?)$/

/** Whether what looks like the assignment of a secret is a name of Kubernetes: of a service account, of an object with what
 *  is said of it, of a host with its port, of an image with its version.
 *  @param at where in the text it begins.
 *  @param key up to its value, with what stands between them. */
export function isReference(text: string, at: number, key: string, value: string): boolean {
  const before = text.slice(Math.max(0, at - longestBefore), at) + key
  const told = value.replace(/["').:]{1,4}$/, '')
  return (
    (serviceAccount.test(before) && objectName.test(told)) ||
    (kindAndName.test(before) && word.test(told)) ||
    (hostOfUrl.test(before) && portAndPath.test(told)) ||
    (longerName.test(before) && portOrVersion.test(told))
  )
}
