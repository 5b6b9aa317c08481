/** The scoring thread, that crashes, hangs or takes all memory where the answer says so. */
import { parentPort } from 'node:worker_threads'
import type { ObservedResponse } from '../observed-response.ts'
import '../scorer.worker.ts'

parentPort!.on('message', ({ content }: ObservedResponse) => {
  if (content === 'throw') throw new Error(`a message that holds the text: ${content}`)
  if (content === 'exit') process.exit(3)
  if (content === 'fill') fill()
  while (content === 'hang');
})

function fill(): void {
  const kept: number[][] = []
  for (;;) kept.push(Array.from({ length: 1_000 }, (_, at) => at + kept.length))
}
