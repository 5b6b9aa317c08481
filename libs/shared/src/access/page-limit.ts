const usualPage = 50
const longestPage = 200

/** How many entries a page has when `asked` were asked for; 0 asks for nothing in particular. */
export function pageLimit(asked: number): number {
  return asked > 0 ? Math.min(Math.trunc(asked), longestPage) : usualPage
}
