import { Pool } from 'undici'
import { question, type Way } from './ai-ways.ts'

/** How long each answer took, in milliseconds, and how long all of them took. */
export interface Answers {
  readonly latenciesMs: readonly number[]
  readonly requestsPerSecond: number
}

const chatPath = (way: Way): string => `${new URL(way.baseUrl).pathname}/chat/completions`
const headersOf = (way: Way) => ({ ...way.headers, 'content-type': 'application/json' })

/** Asks over so many connections, the next request of each as soon as the last is answered, until `isOver`.
 *  @throws when any answer was an error */
export async function askOver(connections: number, way: Way, isOver: (asked: number) => boolean): Promise<Answers> {
  const pool = new Pool(new URL(way.baseUrl).origin, { connections })
  const [path, headers, body] = [chatPath(way), headersOf(way), JSON.stringify(question)]
  const latenciesMs: number[] = []
  const startedMs = performance.now()
  let asked = 0
  const askOn = async () => {
    while (!isOver(asked)) {
      asked += 1
      const sentMs = performance.now()
      const answer = await pool.request({ method: 'POST', path, headers, body })
      const text = await answer.body.text()
      if (answer.statusCode !== 200)
        throw new Error(`${way.baseUrl} answered ${answer.statusCode}: ${text.slice(0, 200)}`)
      latenciesMs.push(performance.now() - sentMs)
    }
  }
  await Promise.all(Array.from({ length: connections }, askOn))
  const requestsPerSecond = latenciesMs.length / ((performance.now() - startedMs) / 1_000)
  await pool.close()
  return { latenciesMs, requestsPerSecond }
}

export const forSeconds = (seconds: number): ((asked: number) => boolean) => {
  const endMs = performance.now() + seconds * 1_000
  return () => performance.now() >= endMs
}

/** Milliseconds from a request to the first token of its stream, `count` times, one after the other. */
export async function firstTokens(way: Way, count: number): Promise<number[]> {
  const pool = new Pool(new URL(way.baseUrl).origin, { connections: 1 })
  const body = JSON.stringify({ ...question, stream: true })
  const times: number[] = []
  while (times.length < count) {
    const sentMs = performance.now()
    const answer = await pool.request({ method: 'POST', path: chatPath(way), headers: headersOf(way), body })
    let text = ''
    let firstMs = Number.NaN
    for await (const chunk of answer.body) {
      text += String(chunk)
      if (Number.isNaN(firstMs) && /"content":"[^"]/.test(text)) firstMs = performance.now() - sentMs
    }
    if (!text.includes('[DONE]')) throw new Error(`${way.baseUrl} did not end its stream`)
    times.push(firstMs)
  }
  await pool.close()
  return times
}
