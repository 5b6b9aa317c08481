import type { ObservedResponse } from '../observed-response.ts'

/** A good answer in three sentences; change what the test is about. */
export function anAnswer(change: Partial<ObservedResponse> = {}): ObservedResponse {
  return {
    provider: 'openai',
    model: 'gpt',
    prompt: 'How do I make a backup of a large database?',
    content:
      'A backup of the database is made with the dump tool. It writes all tables into one file while others go on working. ' +
      'The file can later be read into an empty database on another server.',
    finishReason: 'stop',
    format: 'text',
    requiredFields: [],
    hasTokenLimit: false,
    ...change,
  }
}
