/** Colours text; without colours, leaves it as it is. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly orange: (text: string) => string
  readonly yellow: (text: string) => string
  readonly green: (text: string) => string
  readonly blue: (text: string) => string
  readonly grey: (text: string) => string
}

export function paintFor(hasColour: boolean): Paint {
  const code = (on: string, off: string) => (text: string) => (hasColour ? `\u001b[${on}m${text}\u001b[${off}m` : text)
  return {
    bold: code('1', '22'),
    dim: code('2', '22'),
    red: code('31', '39'),
    orange: code('38;5;208', '39'),
    yellow: code('33', '39'),
    green: code('32', '39'),
    blue: code('34', '39'),
    grey: code('90', '39'),
  }
}
