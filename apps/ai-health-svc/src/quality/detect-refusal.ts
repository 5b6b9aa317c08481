import { proseParagraphs, sentencesOf, wordsOf } from './prose.ts'

/** A longer answer answers something, whatever it declines at first. */
const mostWords = 120
/** Where a refusal stands when it is one: after at most an apology and a thank-you. */
const openingSentences = 3

const cannot = String.raw`(?:cannot|can['’]?t|can not|could not|couldn['’]t|won['’]?t|will not|am (?:not able|unable) to|['’]m (?:not able|unable) to|am not (?:allowed|permitted) to|['’]m not (?:allowed|permitted) to|must (?:decline|refuse) to)`
const serve = String.raw`(?:help|assist|comply|fulfil+|answer|provide|discuss|generate|create|write|support|engage|continue|do that|do this|participate|share|offer|complete|process|respond|give)`

const refusals = [
  new RegExp(
    String.raw`^(?:i(?:['’]m| am) (?:really |very |so )?sorry|sorry|i apologi[sz]e|apologies|unfortunately)\b.{0,40}?\bi ?${cannot}\b`,
    'i',
  ),
  new RegExp(
    String.raw`^(?:but |however,? |unfortunately,? )?(?:as an ai[^.]{0,60}, )?i ?(?:simply |just )?${cannot} ${serve}\b`,
    'i',
  ),
  /^as an? (?:ai|artificial intelligence|language model|large language model)\b[^.]{0,60}\bi (?:cannot|can['’]?t|do not|don['’]t|am not|am unable)/i,
  /^(?:this|that|your) (?:request|question|content|prompt) (?:goes against|violates|is against|was flagged|can ?not be)/i,
  /^(?:es tut mir leid|tut mir leid|entschuldigung)\b.{0,40}\b(?:kann|darf) (?:ich )?.{0,60}\bnicht\b/i,
  /^(?:je suis désolée?|désolée?)\b.{0,40}\bje ne (?:peux|suis) pas/i,
  /^lo siento\b.{0,40}\bno puedo\b/i,
]

/** The answer declines in its opening. What is quoted or told further down is not looked at. */
export function isRefusal(content: string): boolean {
  const opening = content.trimStart()
  if (/^["“'‘>`]/.test(opening)) return false
  const paragraphs = proseParagraphs(opening)
  if (wordsOf(paragraphs.join(' ')).length > mostWords) return false
  return paragraphs
    .flatMap(sentencesOf)
    .slice(0, openingSentences)
    .some((sentence) => refusals.some((refusal) => refusal.test(sentence)))
}
