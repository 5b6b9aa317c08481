import { refusalsOf } from './refusals-of.ts'

const refused = 'Error: connect ECONNREFUSED web:9000'
const of = (...lines: readonly string[]) => refusalsOf([{ container: 'app', isPrevious: false, lines }])
const again = (count: number, ...between: readonly string[]) =>
  Array(count)
    .fill([refused, ...between])
    .flat()

test.each<[string, readonly string[]]>([
  ['is the last line', ['listening on 8080', refused]],
  [
    'is followed by its stack',
    [refused, '    at TCPConnectWrap.afterConnect', "  code: 'ECONNREFUSED'", '}', '', 'Node.js v22.1.0'],
  ],
  ['comes again and again', again(4, 'GET /healthz 503', 'retrying in 5 s')],
  ['comes again after it was reached', ['connected to web:9000', refused]],
])('a refusal that %s was there to the end', (_, lines) => {
  expect(of(...lines)).toMatchObject([{ fact: { host: 'web', port: 9000, line: refused }, isOfItsEnd: true }])
})

test.each<[string, readonly string[]]>([
  ['other words follow', [refused, 'ready check: cache is warming']],
  ['words follow for longer than it stayed away', [...again(4), 'GET /healthz 503', 'GET /healthz 503']],
  ['words follow, where it came but twice', again(2, 'x', 'x', 'x')],
  ['another host refuses', [refused, ...Array(3).fill(['Error: connect ECONNREFUSED db:9000', 'x']).flat()]],
])('of one after which %s nobody knows when it was', (_, lines) => {
  expect(of(...lines)).toContainEqual({ fact: expect.objectContaining({ host: 'web' }), isOfItsEnd: false })
})

test('of one at another port of a host nothing is known by how often it refused at the first', () => {
  expect(of(...again(3, 'x'), 'Error: connect ECONNREFUSED web:9001', 'x')).toMatchObject([
    { fact: { port: 9001 }, isOfItsEnd: false },
  ])
})

test.each(['connected to web:9000', 'GET http://web:9000/items 200', 'upstream WEB:9000 is healthy'])(
  'one is over after: %s',
  (line) => {
    expect(of(refused, line)).toEqual([])
    const run = (isPrevious: boolean, ...lines: readonly string[]) => ({ container: 'app', isPrevious, lines })
    expect(refusalsOf([run(true, refused), run(false, line)])).toEqual([])
    expect(refusalsOf([run(true, line, refused), run(false, 'x')])).toHaveLength(1)
  },
)

test.each([
  'connected to db:5432',
  'connected to web:9001',
  'not connected to web:9000',
  'waiting until web:9000 is available',
  'retrying web:9000, last answer was 200 s ago',
])('one is not over after: %s', (line) => {
  expect(of(refused, line)).toHaveLength(1)
})
