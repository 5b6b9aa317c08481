/** The Content-Security-Policy header under which the page works: nothing but its own style, its own script and its own stream. */
export const contentSecurityPolicy =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; img-src data:; connect-src 'self'"
