import MarkdownParser, { type MarkdownIt, type StateCore, type Token } from 'markdown-it'

/** What is longer is cut: as long as an update or a postmortem may be. */
const longestBody = 20_000
/** A table fills up the cells that its rows leave out: a few letters could become very many. */
const mostCells = 5_000

const parser = createParser()
const parserWithoutTables = createParser().disable('table')

/** CommonMark with tables and strikethrough; no HTML, and no reference links, by which a few letters become many. */
function createParser(): MarkdownIt {
  const created = new MarkdownParser({ html: false, linkify: true, breaks: true, maxNesting: 20 }).disable('reference')
  created.validateLink = (address) => /^(https?:\/\/|mailto:)[^/]/i.test(address)
  created.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
  created.core.ruler.push('images_as_links', showImagesAsLinks)
  created.core.ruler.push('no_empty_links', dropEmptyLinks)
  return created
}

/** Words that people wrote, as HTML that is safe on any page, in a mail and in a feed: no HTML of theirs, nothing that loads
 *  from elsewhere, links to whole http, https and mail addresses only. Their headings begin at `h{topLevel}` and leave no
 *  level out, so that they fit under a heading of the page. */
export function renderMarkdown(body: string, topLevel = 4): string {
  const tokens = tokensOf(body)
  lowerHeadings(tokens, topLevel)
  tokens.forEach(strip)
  return parser.renderer.render(tokens, parser.options, {})
}

/** The parsed words, block by block. */
export function tokensOf(body: string): Token[] {
  const text = (body.length > longestBody ? `${body.slice(0, longestBody)}…` : body).toWellFormed()
  return (cellsIn(text) > mostCells ? parserWithoutTables : parser).parse(text, {})
}

/** How many cells a table of these words could have. */
function cellsIn(text: string): number {
  const lines = text.split('\n')
  return lines.length * lines.reduce((most, line) => Math.max(most, line.split('|').length), 0)
}

/** An image becomes a link to it, or its description where it is in a link already. */
function showImagesAsLinks(state: StateCore): void {
  for (const { children } of state.tokens) {
    if (!children?.some((token) => token.type === 'image')) continue
    let depth = 0
    const shown = children.flatMap((token) => {
      if (token.type === 'link_open' || token.type === 'link_close') depth += token.nesting
      return token.type === 'image' ? linkTo(state, token, depth > 0) : [token]
    })
    children.splice(0, children.length, ...shown)
  }
}

function linkTo(state: StateCore, image: Token, isInLink: boolean): Token[] {
  const text = new state.Token('text', '', 0)
  text.content = parser.renderer.renderInlineAsText(image.children ?? [], parser.options, {}) || 'image'
  if (isInLink) return [text]
  const open = new state.Token('link_open', 'a', 1)
  open.attrSet('href', image.attrGet('src') ?? '')
  return [open, text, new state.Token('link_close', 'a', -1)]
}

/** A link that leads nowhere is its text. */
function dropEmptyLinks({ tokens }: StateCore): void {
  for (const token of tokens) {
    let isEmpty = false
    token.children =
      token.children?.filter(({ type, attrs }) => {
        if (type === 'link_open') isEmpty = attrs?.every(([name, value]) => name !== 'href' || value === '') ?? true
        const isDropped = isEmpty && (type === 'link_open' || type === 'link_close')
        return !isDropped
      }) ?? null
  }
}

/** A heading is one level below the heading that it belongs to, whatever levels its writer used. */
function lowerHeadings(tokens: readonly Token[], topLevel: number): void {
  const outer: number[] = []
  for (const token of tokens) {
    if (token.type !== 'heading_open' && token.type !== 'heading_close') continue
    const level = Number(token.tag.slice(1))
    if (token.type === 'heading_open') {
      while (outer.length > 0 && outer.at(-1)! >= level) outer.pop()
      outer.push(level)
    }
    token.tag = `h${Math.min(6, topLevel + outer.length - 1)}`
  }
}

/** Takes off what a page's policy forbids (styles of table cells) and what nobody needs (the language of code). */
function strip(token: Token): void {
  token.attrs = token.attrs?.filter(([name]) => name !== 'style') ?? null
  token.info = ''
  if (token.type === 'link_open') token.attrSet('rel', 'nofollow noopener')
  token.children?.forEach(strip)
}
