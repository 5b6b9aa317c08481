import { areNear, certainLanguage } from './language.ts'
import { proseParagraphs } from './prose.ts'

/** A prompt that names a language, or asks for a translation, may want any. */
const aboutLanguages =
  /translat|language|übersetz|sprache|tradui|traduc|tradur|vertaal|перев[оеё]д|翻[译訳譯]|번역|\b(?:english|german|french|spanish|italian|portuguese|dutch|russian|polish|turkish|arabic|hindi|chinese|mandarin|japanese|korean|vietnamese|greek|hebrew|latin|swedish|norwegian|danish|finnish|czech|hungarian|romanian|ukrainian|indonesian|thai|persian|deutsch|englisch|französisch|spanisch|italienisch|français|anglais|allemand|espagnol|español|inglés|alemán|francés|italiano|inglese|português|inglês|nederlands|engels)\b|по-русски|по-английски|日本語|英語|中文|英文|한국어|영어/iu

/** The answer is certainly in another language than the prompt, which did not ask for one. */
export function isWrongLanguage(prompt: string | null, content: string): boolean {
  if (prompt === null || aboutLanguages.test(prompt)) return false
  const asked = certainLanguage(proseParagraphs(prompt).join(' '), 'prompt')
  if (asked === null) return false
  const answered = certainLanguage(proseParagraphs(content).join(' '), 'answer')
  return answered !== null && !areNear(asked, answered)
}
