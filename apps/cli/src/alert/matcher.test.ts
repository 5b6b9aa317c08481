import fc from 'fast-check'
import { matcherText, parseMatcher, type Matcher } from './matcher.ts'

const matcher = (name: string, value: string, isRegex: boolean, isEqual: boolean): Matcher => ({
  name,
  value,
  isRegex,
  isEqual,
})

test.each([
  ['component=shop', matcher('component', 'shop', false, true)],
  ['severity!=info', matcher('severity', 'info', false, false)],
  ['alertname=~"High.*"', matcher('alertname', 'High.*', true, true)],
  ['job!~x', matcher('job', 'x', true, false)],
])('%s has its operator', (text, expected) => {
  expect(parseMatcher(text)).toEqual({ matcher: expected })
})

test.each([
  [' component = "shop floor" ', 'shop floor'],
  ['a=shop floor', 'shop floor'],
  ['a="b=~c, !="', 'b=~c, !='],
  ['a=b=c,d', 'b=c,d'],
  ['a=', ''],
  ['a=""', ''],
  [String.raw`a="say \"no\" \\ twice\nor not"`, 'say "no" \\ twice\nor not'],
  [String.raw`a=say\"no`, 'say"no'],
  ['a=~web\\.example\\d+', 'web\\.example\\d+'],
  ['a=~"web\\.example"', 'web\\.example'],
  ['a=~" x"', ' x'],
])('the value of %s is %j', (text, value) => {
  expect(parseMatcher(text)).toMatchObject({ matcher: { value } })
})

test.each([
  ['HighErrorRate', 'there is no operator: =, !=, =~ or !~'],
  ['', 'there is no operator: =, !=, =~ or !~'],
  ['{component="shop"}', 'it is one condition, without braces'],
  ['=shop', 'there is no label before the operator'],
  ['1st=shop', '1st is no name of a label'],
  ['my label=shop', 'my label is no name of a label'],
  ['component!shop', 'the operator is none of =, !=, =~ and !~'],
  ['component~shop', 'the operator is none of =, !=, =~ and !~'],
  ['component==shop', 'a value that begins with = stands in double quotes'],
  ['component=!shop', 'a value that begins with ! stands in double quotes'],
  ["component='shop'", "a value that begins with ' stands in double quotes"],
  ['component=sh"op', 'a value with a double quote in it stands in double quotes'],
  ['component="shop', 'the double quote is not closed'],
  [String.raw`component="shop\"`, 'the double quote is not closed'],
  ['component="shop" or not', 'there is something behind the closing quote'],
])('%j is none: %s', (text, problem) => {
  expect(parseMatcher(text)).toEqual({ problem })
})

test('what is written is read as the same again', () => {
  const any = fc.record({
    name: fc.stringMatching(/^[a-zA-Z_]\w{0,10}$/),
    value: fc.oneof(fc.string(), fc.stringMatching(/^["\\n\n =~!]*$/)),
    isRegex: fc.boolean(),
    isEqual: fc.boolean(),
  })
  fc.assert(fc.property(any, (one) => expect(parseMatcher(matcherText(one))).toEqual({ matcher: one })))
})
