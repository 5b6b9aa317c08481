import { extractErrors } from './extract-errors.ts'

describe('errors in a log', () => {
  test.each([
    '{"level":50,"msg":"cannot open the store"}',
    '{"severity":"ERROR","message":"no"}',
    'time=2026-01-01T00:00:00Z level=error msg="no"',
    'TypeError: Cannot read properties of undefined',
    'panic: runtime error: index out of range',
    'java.lang.IllegalStateException: no',
    'Traceback (most recent call last):',
    '2026-01-01 00:00:00 UTC [12] FATAL:  the database system is starting up',
    'E1120 12:00:00.000000 1 main.go:1] no',
  ])('%s', (line) => {
    expect(extractErrors([line])).toEqual([line])
  })

  test.each([
    '0 errors',
    '{"level":30,"msg":"error handler registered"}',
    'level=info msg="no error"',
    'GET /errors 200',
  ])('none in: %s', (line) => {
    expect(extractErrors([line])).toEqual([])
  })
})
