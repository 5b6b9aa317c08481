import { Series } from '../metric/series.ts'
import type { MetricType } from '../metric/metric.ts'
import { judge } from './judge-threshold.ts'
import { parseExpression } from './threshold.ts'

/** 1 to 100 ms, once each; 30 raised by 2; 90 of 100 true; a gauge at 7. Over 10 s. */
const samples: Readonly<Record<MetricType, readonly number[]>> = {
  trend: Array.from({ length: 100 }, (_, index) => index + 1),
  counter: Array.from({ length: 30 }, () => 2),
  rate: Array.from({ length: 100 }, (_, index) => (index < 90 ? 1 : 0)),
  gauge: [3, 9, 7],
}
const elapsedMs = 10_000

function seriesOf(type: MetricType, values = samples[type]): Series {
  const series = new Series({ metric: 'm', tags: {} }, type)
  for (const value of values) series.add(value)
  return series
}
const outcomeOf = (type: MetricType, text: string, values?: readonly number[]) =>
  judge(parseExpression(text, type), seriesOf(type, values).measured(elapsedMs)).outcome

test.each<[MetricType, string, 'passed' | 'failed']>([
  ['trend', 'avg<51', 'passed'],
  ['trend', 'avg<50', 'failed'],
  ['trend', 'avg>=50.5', 'passed'],
  ['trend', 'avg <= 50.5', 'passed'],
  ['trend', 'min<2', 'passed'],
  ['trend', 'min>1', 'failed'],
  ['trend', 'min==1', 'passed'],
  ['trend', 'min!=1', 'failed'],
  ['trend', 'max<=100', 'passed'],
  ['trend', 'max<100', 'failed'],
  ['trend', 'max == 100', 'passed'],
  ['trend', 'max===100', 'passed'],
  ['trend', 'med<51', 'passed'],
  ['trend', 'med<50', 'failed'],
  ['trend', 'med>49', 'passed'],
  ['trend', 'p(95)<96', 'passed'],
  ['trend', 'p(95)<95', 'failed'],
  ['trend', 'p(95) < 500', 'passed'],
  ['trend', '  p( 95 )  <  500  ', 'passed'],
  ['trend', 'p(99)<100', 'passed'],
  ['trend', 'p(99.9)>99', 'passed'],
  ['trend', 'p(99.99)<=101', 'passed'],
  ['trend', 'p(0)<2', 'passed'],
  ['trend', 'p(100)>99', 'passed'],
  ['trend', 'p(50)>=50', 'passed'],
  ['trend', 'p(90)!=1', 'passed'],
  ['trend', 'avg<1e3', 'passed'],
  ['trend', 'avg>-1', 'passed'],
  ['trend', 'avg<.5', 'failed'],
  ['trend', 'avg<+100', 'passed'],
  ['counter', 'count>59', 'passed'],
  ['counter', 'count==60', 'passed'],
  ['counter', 'count!=60', 'failed'],
  ['counter', 'count<60', 'failed'],
  ['counter', 'count<=60', 'passed'],
  ['counter', 'count>=61', 'failed'],
  ['counter', 'rate>5', 'passed'],
  ['counter', 'rate==6', 'passed'],
  ['counter', 'rate>10', 'failed'],
  ['counter', 'rate<6', 'failed'],
  ['rate', 'rate<0.95', 'passed'],
  ['rate', 'rate>0.95', 'failed'],
  ['rate', 'rate==0.9', 'passed'],
  ['rate', 'rate>=.9', 'passed'],
  ['rate', 'rate!=1', 'passed'],
  ['rate', 'rate<0.1', 'failed'],
  ['rate', 'rate<=1', 'passed'],
  ['gauge', 'value==7', 'passed'],
  ['gauge', 'value<9', 'passed'],
  ['gauge', 'value>7', 'failed'],
  ['gauge', 'value>=7', 'passed'],
  ['gauge', 'value!=3', 'passed'],
])('of a %s %p has %s', (type, text, outcome) => {
  expect(outcomeOf(type, text)).toBe(outcome)
})

test.each<[MetricType, string, RegExp]>([
  ['trend', '', /such as p\(95\)<500/],
  ['trend', 'p(95)', /such as/],
  ['trend', '500>p(95)', /such as/],
  ['trend', 'p(95)<<500', /number/],
  ['trend', 'p(95)=<500', /such as|number/],
  ['trend', 'p(95)<500ms', /number/],
  ['trend', 'p(95)<0x10', /number/],
  ['trend', 'p(95)<NaN', /number/],
  ['trend', 'p(101)<5', /from 0 to 100/],
  ['trend', 'p(-1)<5', /from 0 to 100/],
  ['trend', 'p()<5', /from 0 to 100/],
  ['trend', 'p<5', /from 0 to 100/],
  ['trend', 'p95<5', /such as/],
  ['trend', 'avg(5)<5', /nothing in parentheses/],
  ['trend', 'mean<5', /no aggregate mean/],
  ['trend', 'rate<5', /a trend has avg, min, max, med, p\(N\)/],
  ['trend', 'count>5', /a trend has/],
  ['counter', 'avg<5', /a counter has count, rate/],
  ['counter', 'p(95)<5', /a counter has/],
  ['rate', 'count>5', /a rate has rate/],
  ['gauge', 'rate<1', /a gauge has value/],
  ['rate', 'rate>10', /the rate of a counter/],
  ['rate', 'rate>1', /can never hold/],
  ['rate', 'rate>=1.5', /can never hold/],
  ['rate', 'rate<0', /can never hold/],
  ['rate', 'rate==2', /can never hold/],
  ['trend', 'p(95)<500 && avg<3', /number|such as/],
])('of a %s %p is refused', (type, text, message) => {
  expect(() => parseExpression(text, type)).toThrow(message)
})

test.each<[MetricType, string, 'passed' | 'failed' | 'unknown']>([
  ['trend', 'p(95)<500', 'unknown'],
  ['trend', 'max==0', 'unknown'],
  ['rate', 'rate<0.1', 'unknown'],
  ['gauge', 'value<5', 'unknown'],
  ['counter', 'count==0', 'passed'],
  ['counter', 'rate>10', 'failed'],
])('of a %s without a sample %p is %s', (type, text, outcome) => {
  expect(outcomeOf(type, text, [])).toBe(outcome)
})
