import fc from 'fast-check'
import { attacks, bombs, pieces, tableBombs } from '../testing/attacks.ts'
import { renderMarkdown } from './markdown.ts'

const allowedTags = new Set(
  'p br hr h4 h5 h6 strong em s code pre blockquote ul ol li a table thead tbody tr th td'.split(' '),
)

/** Every tag of `rendered`, as name and attributes. What is not a tag must hold no bare `<`. */
function tagsOf(rendered: string): { name: string; isEnd: boolean; attributes: string }[] {
  const tag = /<(\/?)([a-z0-9]+)((?: [a-z]+="[^"<>]*")*)>/g
  expect(rendered.replace(tag, '')).not.toMatch(/[<>]/)
  return [...rendered.matchAll(tag)].map(([, slash, name = '', attributes = '']) => ({
    name,
    isEnd: slash === '/',
    attributes,
  }))
}

/** Fails unless `rendered` is well-formed HTML of harmless tags. */
function expectHarmless(rendered: string): void {
  const open: string[] = []
  for (const { name, isEnd, attributes } of tagsOf(rendered)) {
    expect(allowedTags).toContain(name)
    const names = [...attributes.matchAll(/ ([a-z]+)="/g)].map(([, attribute]) => attribute)
    if (name === 'a' && !isEnd)
      expect(attributes).toMatch(/^ href="(https?:\/\/|mailto:)[^"]*"( title="[^"]*")? rel="nofollow noopener"$/i)
    else expect(names.filter((attribute) => !(name === 'ol' && attribute === 'start'))).toEqual([])
    if (name === 'br' || name === 'hr') continue
    if (isEnd) expect(open.pop()).toBe(name)
    else open.push(name)
  }
  expect(open).toEqual([])
}

describe('words in Markdown', () => {
  test('are shown as their writer meant them', () => {
    expect(renderMarkdown('**Found it.** A disk is full.\nWe make room.\n\n- web\n- shop')).toBe(
      '<p><strong>Found it.</strong> A disk is full.<br>\nWe make room.</p>\n<ul>\n<li>web</li>\n<li>shop</li>\n</ul>\n',
    )
    expect(renderMarkdown('| took |\n|---:|\n| 4 min |')).toContain('<td>4 min</td>')
    expect(renderMarkdown('```sh\nls <x>\n```')).toBe('<pre><code>ls &lt;x&gt;\n</code></pre>\n')
  })

  test('link to whole addresses, whether marked as links or not, and vouch for none of them', () => {
    const link = '<a href="https://acme.example/?a=1&amp;b=2" rel="nofollow noopener">'
    expect(renderMarkdown('[more](https://acme.example/?a=1&b=2)')).toBe(`<p>${link}more</a></p>\n`)
    expect(renderMarkdown('see https://acme.example/?a=1&b=2.')).toContain(link)
    expect(renderMarkdown('<mailto:help@acme.example>')).toContain('href="mailto:help@acme.example"')
    expect(renderMarkdown('acme.example [x](/y) [z](//evil.example)')).not.toContain('<a')
  })

  test('show an image as a link to it, since nothing is loaded from elsewhere', () => {
    expect(renderMarkdown('![A graph](https://acme.example/graph.png)')).toBe(
      '<p><a href="https://acme.example/graph.png" rel="nofollow noopener">A graph</a></p>\n',
    )
    expect(renderMarkdown('[![A graph](https://acme.example/a.png)](https://acme.example)').match(/<a/g)).toHaveLength(
      1,
    )
  })

  test('have headings that fit under those of the page and leave no level out', () => {
    const levels = (body: string, top?: number) => renderMarkdown(body, top).match(/<h\d/g)
    expect(levels('# a\n\n#### b\n\n## c\n\n# d')).toEqual(['<h4', '<h5', '<h5', '<h4'])
    expect(levels('### a\n\n# b', 3)).toEqual(['<h3', '<h3'])
    expect(levels('# a\n## b\n### c\n#### d\n##### e')).toEqual(['<h4', '<h5', '<h6', '<h6', '<h6'])
  })

  test.each(attacks.map((attack) => [attack]))('stay harmless: %j', (attack) => {
    expectHarmless(renderMarkdown(attack))
    expectHarmless(renderMarkdown(`fine\n\n> - ${attack}\n\n${attack} and **${attack}**`))
  })

  test('have no link that leads nowhere', () => {
    expect(renderMarkdown('[]() [a]() [b](https://b.example)')).toBe(
      '<p> a <a href="https://b.example" rel="nofollow noopener">b</a></p>\n',
    )
  })

  test('stay harmless however they are put together', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
        expectHarmless(renderMarkdown(parts.join('')))
      }),
      { numRuns: 2_000 },
    )
  })

  test('are cut when they are longer than an update may be', () => {
    const rendered = renderMarkdown('word '.repeat(50_000))
    expect(rendered.length).toBeLessThan(20_100)
    expect(rendered).toContain('…')
  })

  test.each([...bombs, ...tableBombs].map((bomb) => [bomb.slice(0, 12), bomb]))(
    'do not grow without measure: %j, again and again',
    (_, bomb) => {
      const rendered = renderMarkdown(bomb)
      expect(rendered.length).toBeLessThan(10 * 20_000)
      expectHarmless(rendered)
    },
  )
})
