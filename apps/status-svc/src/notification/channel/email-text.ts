import type { OutgoingMessage } from '../message.ts'

/** The message as plain text. */
export function plainText({ title, body, facts, url, acknowledgeUrl }: OutgoingMessage): string {
  const list = facts.map(({ name, value }) => `${name}: ${value}`).join('\n')
  const links = [
    ...(acknowledgeUrl === null ? [] : [`Acknowledge: ${acknowledgeUrl}`]),
    ...(url === null ? [] : [`Read in full: ${url}`]),
  ].join('\n')
  return [title, body, list, links].filter((part) => part.trim() !== '').join('\n\n') + '\n'
}

/** The same as HTML. Every text is escaped: what a component or a person wrote is never markup. */
export function html({ title, body, facts, url, acknowledgeUrl }: OutgoingMessage): string {
  const items = facts.map(({ name, value }) => `<li><b>${escaped(name)}:</b> ${escaped(value)}</li>`).join('')
  const links = [...link(acknowledgeUrl, 'Acknowledge'), ...link(url, 'Read in full')].join(' · ')
  return [
    '<!doctype html><html><body style="font-family:sans-serif">',
    `<h2>${escaped(title)}</h2>`,
    ...(body.trim() === '' ? [] : [`<p style="white-space:pre-wrap">${escaped(body)}</p>`]),
    ...(items === '' ? [] : [`<ul>${items}</ul>`]),
    ...(links === '' ? [] : [`<p>${links}</p>`]),
    '</body></html>',
  ].join('\n')
}

function link(to: string | null, words: string): string[] {
  return to === null ? [] : [`<a href="${escaped(to)}">${words}</a>`]
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
