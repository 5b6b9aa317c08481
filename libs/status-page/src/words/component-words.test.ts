import { troubleSentence } from './component-words.ts'

describe('the sentence of a component in trouble', () => {
  const trouble = { wasChecked: true, isFlapping: false }

  test('is the error, as a sentence', () => {
    expect(troubleSentence({ ...trouble, status: 'outage', error: 'connection refused' })).toBe('Connection refused')
  })

  test('tells a component that was never checked from one that is not checked any more', () => {
    expect(troubleSentence({ ...trouble, status: 'unknown', wasChecked: false })).toBe('Not checked yet')
    expect(troubleSentence({ ...trouble, status: 'unknown' })).toBe('Not checked lately')
  })

  test('says that a component goes up and down', () => {
    const sentence = troubleSentence({ ...trouble, status: 'degraded', error: 'timed out after 5 s', isFlapping: true })
    expect(sentence).toBe('Going up and down: timed out after 5 s')
  })
})
