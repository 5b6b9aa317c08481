import { detectFlags } from './detect-flags.ts'
import { maxContentLength } from './observed-response.ts'
import { anAnswer } from './testing/an-answer.ts'
import { damage, genuinePassages, seededRandom } from './testing/passages.ts'

const flagsOf = (change: Parameters<typeof anAnswer>[0]) => detectFlags(anAnswer(change))

const prose =
  'The service reads its settings when it starts and writes each change to the log. ' +
  'A change of the limit takes effect at once, so that no restart is needed afterwards. '

describe('genuine documentation', () => {
  const passages = genuinePassages(2_000, 1)
  const distinct = [...new Map(passages.map((passage) => [passage.content, passage])).values()]

  it('has at least 400 different passages here, and hardly ever a flag', () => {
    expect(distinct.length).toBeGreaterThanOrEqual(400)
    const flagged = distinct.filter(({ prompt, content }) => flagsOf({ prompt, content }).length > 0)
    expect(flagged.length / distinct.length).toBeLessThan(0.02)
  })

  it.each([
    ['repeated', 'repetition', 0.95],
    ['truncated', 'truncation', 0.6],
    ['refused', 'refusal', 1],
    ['wrong_language', 'wrong_language', 0.7],
  ] as const)('has its flag when it is %s', (kind, flag, share) => {
    const random = seededRandom(2)
    const flagged = distinct.filter(({ prompt, content }) =>
      flagsOf({ prompt, content: damage(kind, content, random) }).includes(flag),
    )
    expect(flagged.length / distinct.length).toBeGreaterThanOrEqual(share)
  })
})

describe('what only looks like damage has no flag', () => {
  const lookAlikes: Record<string, Parameters<typeof anAnswer>[0]> = {
    'a list whose items begin alike': {
      content:
        'You can set these limits:\n\n- The limit of requests that one key may send in a minute.\n- The limit of tokens that one key may use in a minute.\n- The limit of money that one key may cost in a month.\n- The limit of connections that one key may hold.',
    },
    'a short answer that says no three times': { content: 'No, no, no.' },
    'a refrain after each verse': {
      content: `${prose}\n\nAnd so the river runs.\n\nA gate is set between the hills, where water waits for rain.\n\nAnd so the river runs.`,
    },
    'code that repeats its lines': { content: `${prose}\n\n\`\`\`\n${'  mov eax, 1\n'.repeat(40)}\`\`\`\n` },
    'a table of the same numbers': { content: `${prose}\n\n${'| 0 | 0 | 0 | 0 |\n'.repeat(20)}` },
    'an answer that ends in a list': {
      content: `${prose}Do this:\n\n- stop the service and wait until all its connections are closed\n- start it`,
    },
    'an answer that ends in code': {
      content: `${prose}Run this:\n\n\`\`\`sh\nservice restart now and again until it works\n\`\`\``,
    },
    'an answer that ends in an address': {
      content: `${prose}All the other settings are described on this page: https://example.com/docs`,
    },
    'an answer cut at the limit that its caller set': {
      content: `${prose}It also`,
      finishReason: 'length',
      hasTokenLimit: true,
    },
    'a short answer without a full stop': { content: 'In the file settings.yaml' },
    'a refusal that is quoted': { content: '"I cannot help with that" is what a model says when it declines.' },
    'a refusal that the text tells of further down': {
      content: `${prose}Four sentences later the limit is told to the caller. When the key is wrong, the server says: I'm sorry, but I cannot assist with that request.`,
    },
    'advice on how to decline': {
      content: 'You can write: thank you for the offer. Say that you cannot help this month, and wish them well.',
    },
    'something that cannot be done, and what can': {
      content: 'You cannot change the name of a running service. Stop it, change the name, and start it again.',
    },
    'a translation that was asked for': {
      prompt: 'Translate this into German: The service reads its settings when it starts.',
      content:
        'Der Dienst liest seine Einstellungen, wenn er startet, und schreibt danach jede Änderung in das Protokoll.',
    },
    'a language that was named': {
      prompt: 'Please write a friendly greeting to our new colleague in French.',
      content: 'Bonjour et bienvenue dans notre équipe, nous sommes très heureux de travailler avec toi dès demain.',
    },
    'a few words in another language': {
      prompt: 'How do people say good day in Vienna?',
      content: 'Grüß Gott, meine Damen und Herren!',
    },
    'an English answer to a prompt of code': {
      prompt: 'fn main() { println!("{}", x.iter().sum::<i32>()); }',
      content: prose,
    },
    'JSON with more fields than are required': {
      format: 'json',
      requiredFields: ['name'],
      content: '{"name":"a","age":3,"text":"It stops in the middle of"}',
    },
    'a fence in a fence': { content: 'Write this:\n\n````md\n```js\nlet a\n```\n````\n\nThen save the file.' },
    'a word in code marks': { content: 'Use ``` to open a block of code in Markdown, as the ```inline``` form does.' },
    'an empty answer': { content: '' },
  }

  it.each(Object.entries(lookAlikes))('%s', (_, change) => {
    expect(flagsOf(change)).toEqual([])
  })
})

describe('damage has its flag', () => {
  const damaged: Record<string, [string, Parameters<typeof anAnswer>[0]]> = {
    'a sentence over and over': [
      'repetition',
      { content: `${prose}${'It is important to note that the limit is a limit. '.repeat(6)}` },
    ],
    'a word over and over': ['repetition', { content: `The reason is ${'very '.repeat(30)}good.` }],
    'letters over and over': ['repetition', { content: `Well, ${'ha'.repeat(30)}.` }],
    'a provider that cut the answer': ['truncation', { content: `${prose}It also`, finishReason: 'length' }],
    'a provider that calls it otherwise': ['truncation', { content: `${prose}It also`, finishReason: 'MAX_TOKENS' }],
    'an answer that ends in mid-sentence though the provider says it is complete': [
      'truncation',
      { content: `${prose}${prose}After that the service closes the connection and begins to` },
    ],
    'a refusal in its first words': ['refusal', { content: "I'm sorry, but I can't help with that." }],
    'a refusal after a thank-you': [
      'refusal',
      { content: 'Thank you for your question. I am not able to answer. I cannot discuss this topic.' },
    ],
    'an answer in French to an English prompt': [
      'wrong_language',
      {
        content:
          'Le service lit ses paramètres au démarrage et note ensuite chaque changement dans le journal du système.',
      },
    ],
    'prose where JSON was asked for': [
      'broken_format',
      { format: 'json', content: 'Here is the object that you asked for.' },
    ],
    'JSON in a block of code': ['broken_format', { format: 'json', content: '```json\n{"name":"a"}\n```' }],
    'JSON without a required field': [
      'broken_format',
      { format: 'json', requiredFields: ['name', 'age'], content: '{"name":"a"}' },
    ],
    'JSON that was cut': ['broken_format', { format: 'json', content: '{"name":"a", "items": [1, 2' }],
    'a block of code that is never closed': ['broken_format', { content: 'Run this:\n\n```sh\nservice restart' }],
  }

  it.each(Object.entries(damaged))('%s', (_, [flag, change]) => {
    expect(flagsOf(change)).toContain(flag)
  })
})

it.each([
  '**',
  '[',
  '<a ',
  '```\n',
  'a',
  '(((',
  '> ',
  '- ',
  '"',
  'I cannot ',
  'e.g. ',
  '\n',
  '`',
  '1. ',
  '\u{1f600}',
  '。',
  '[a](',
  '[^a',
  '![',
  '~~~',
  '**a ',
])('looks through %j over and over without losing its time', (piece) => {
  const content = piece.repeat(maxContentLength / piece.length)
  const started = process.cpuUsage()
  flagsOf({ content, prompt: content.slice(0, 4_000) })
  expect(process.cpuUsage(started).user).toBeLessThan(500_000)
})
