import { ownUrl } from './own-url.ts'

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['0.0.0.0', 'http://127.0.0.1:8080'],
  ['127.0.0.2', 'http://127.0.0.2:8080'],
  ['::', 'http://[::1]:8080'],
  ['::1', 'http://[::1]:8080'],
  ['ops.internal', 'http://ops.internal:8080'],
])('a listener on %s is reached at %s', (host, url) => {
  expect(ownUrl(host, 8080)).toBe(url)
})
