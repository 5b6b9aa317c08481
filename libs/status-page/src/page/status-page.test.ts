import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { contentSecurityPolicy } from '../document/content-security-policy.ts'
import type { Status, StatusPageModel } from '../model.ts'
import { renderStatusPage } from './status-page.ts'
import { aComponent, aStatusPage, days, nowMs, twentyComponents } from '../testing/builders.ts'

const minuteMs = 60_000

/** What a reader without scripts and styles reads. */
function words(page: string): string {
  return page
    .replace(/<(style|script|title)>.*?<\/\1>/gs, '')
    .replace(/<\/?(b|a|time|span|use|svg)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, '\n')
    .replace(/\n+/g, '\n')
}

const downAndCaused = [
  aComponent({
    id: 'db',
    name: 'Database',
    group: 'Data',
    status: 'outage',
    sinceMs: nowMs - 27 * minuteMs,
    error: 'connection refused',
  }),
  aComponent({
    id: 'shop',
    name: 'Checkout',
    status: 'outage',
    sinceMs: nowMs - 26 * minuteMs,
    error: 'timed out after 5 s',
    causedBy: { id: 'db', name: 'Database' },
  }),
]

describe('the page', () => {
  test('says first how things are and since when', () => {
    const page = words(
      renderStatusPage(
        aStatusPage({ overall: 'outage', overallSinceMs: nowMs - 27 * minuteMs, components: downAndCaused }),
      ),
    )
    expect(page).toMatch(/Database is down\s+Since 14:03 UTC\s+Checkout is down because of it\./)
    expect(page.indexOf('Database is down')).toBeLessThan(page.indexOf('Connection refused'))
  })

  test('tells each component in words: its state, what is wrong, since when and because of what', () => {
    const page = renderStatusPage(aStatusPage({ overall: 'outage', components: downAndCaused }))
    expect(words(page)).toContain('Connection refused, since 14:03 UTC')
    expect(words(page)).toContain('Timed out after 5 s, because of Database, since 14:04 UTC')
    expect(page).toContain('<a href="#c-db">Database</a>')
  })

  test.each<[Status, string]>([
    ['operational', 'Operational'],
    ['degraded', 'Degraded'],
    ['partial_outage', 'Partial outage'],
    ['outage', 'Outage'],
    ['maintenance', 'Maintenance'],
    ['unknown', 'Unknown'],
  ])('shows %s with a word and a shape of its own', (status, word) => {
    const page = renderStatusPage(aStatusPage({ components: [aComponent({ status })] }))
    expect(page).toContain(`<use href="#${status}"/></svg><span>${word}</span>`)
    expect(page).toContain(`<symbol id="${status}"`)
  })

  test('shows components by group in the order given', () => {
    const components = ['Product', 'Data', 'Product'].map((group, index) =>
      aComponent({ id: `c${index}`, name: `Part ${index}`, group }),
    )
    expect(words(renderStatusPage(aStatusPage({ components }))).match(/Product|Data|Part \d/g)).toEqual([
      'Product',
      'Part 0',
      'Part 2',
      'Data',
      'Part 1',
    ])
  })

  test('says over how long the uptime was measured when that is not the whole time', () => {
    const unmeasured = Object.fromEntries(Array.from({ length: 85 }, (_, place) => [place, { unknownMs: 86_400_000 }]))
    expect(words(renderStatusPage(aStatusPage()))).toContain('ago 100% uptime Today')
    expect(words(renderStatusPage(aStatusPage({ components: [aComponent({ days: days(unmeasured) })] })))).toContain(
      '100% uptime over 5 days',
    )
  })

  test('shows a component of which nothing is known as that, with hatched bars', () => {
    const nothing = aComponent({
      status: 'unknown',
      uptime90d: null,
      days: [],
      responseTimes: [],
      lastCheckedMs: undefined,
      responseTimeMs: undefined,
    })
    const page = renderStatusPage(aStatusPage({ overall: 'unknown', components: [nothing] }))
    expect(words(page)).toContain('Not measured yet')
    expect(words(page)).toContain('Not checked yet')
    expect(page).toContain('<path class="unknown" d="M0 4h90"/>')
    expect(page).not.toContain('<path d="M0 4')
  })

  test('says that it is stale and since when, and is not green then', () => {
    const page = renderStatusPage(aStatusPage({ staleForMs: 9 * minuteMs }))
    expect(words(page)).toMatch(/Last known: all systems operational\s+Not updated since 14:21 UTC/)
    expect(page).toContain('<section class="banner unknown"')
  })

  test('calls the last bar today only when it is of today', () => {
    const page = words(renderStatusPage(aStatusPage({ nowMs: nowMs + 86_400_000 })))
    expect(page).toContain('90 days ago 100% uptime 23 Nov')
  })

  test('says that a component flaps, and since when it does', () => {
    const flapping = aComponent({
      status: 'degraded',
      error: 'timed out after 5 s',
      sinceMs: nowMs - minuteMs,
      flappingSinceMs: nowMs - 12 * minuteMs,
    })
    expect(words(renderStatusPage(aStatusPage({ components: [flapping] })))).toContain(
      'Going up and down: timed out after 5 s, since 14:18 UTC',
    )
  })

  test('breaks the line of response times where nothing answered', () => {
    const at = (minutes: number, meanMs?: number) => ({
      atMs: nowMs - minutes * minuteMs,
      ...(meanMs === undefined ? {} : { meanMs }),
    })
    const page = renderStatusPage(
      aStatusPage({
        components: [aComponent({ responseTimes: [at(125, 100), at(95, 100), at(65), at(35, 100), at(5, 200)] })],
      }),
    )
    expect(/<path d="([^"]*)"/.exec(page.slice(page.indexOf('class="spark"')))?.[1]?.match(/M/g)).toHaveLength(2)
  })

  test('links to the site only when that is a web address', () => {
    const linked = (url: string) =>
      renderStatusPage(aStatusPage({ page: { title: 'Acme', url } })).includes(`href="${url}"`)
    expect(linked('https://acme.example')).toBe(true)
    expect(linked('javascript:alert(1)')).toBe(false)
  })
})

describe('size', () => {
  test('20 components with a mixed past of 90 days stay under 50 KB', () => {
    const page = renderStatusPage(aStatusPage({ components: twentyComponents() }))
    expect(page.match(/<li>/g)?.length).toBeGreaterThan(150)
    expect(Buffer.byteLength(page)).toBeLessThan(50_000)
  })
})

describe('what comes from outside', () => {
  const hostile = (text: string): StatusPageModel =>
    aStatusPage({
      page: { title: text, url: `https://acme.example/${text}` },
      components: [
        aComponent({
          name: text,
          group: text,
          description: text,
          status: 'outage',
          error: text,
          causedBy: { id: 'db', name: text },
        }),
      ],
    })
  const tags = (page: string) => page.match(/<[a-z/!][^>]*>/gi)?.map((tag) => /^<[^\s>]*/.exec(tag)?.[0])

  test('is text, whatever it holds', () => {
    const page = renderStatusPage(hostile(`"'><script>alert(1)</script><img src=x onerror=alert(2)>`))
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<img')
  })

  test('never adds a tag nor an attribute', () => {
    const plain = renderStatusPage(hostile('x'))
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '=',
      ' ',
      '/',
      '\n',
      '`',
      '${',
      '-->',
      ']]>',
      'onload',
      'script',
      'x',
    )
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
        const page = renderStatusPage(hostile(`x${pieces.join('')}x`))
        expect(tags(page)).toEqual(tags(plain))
        expect(page.match(/"/g)?.length).toBe(plain.match(/"/g)?.length)
      }),
    )
  })
})

test('the policy allows the style of the page, scripts of its own site, and no others', () => {
  expect(contentSecurityPolicy).toMatch(/default-src 'none'.*style-src 'sha256-.{44}'.*script-src 'self'/)
  expect(contentSecurityPolicy).not.toContain('unsafe')
})

test('the script of the page is the one that client/ makes', () => {
  const script = new URL('../../scripts/generate-client.ts', import.meta.url).pathname
  const { status, stderr } = spawnSync('node', [script, '--check'], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})
