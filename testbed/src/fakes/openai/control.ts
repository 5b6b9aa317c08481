import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Fault } from './faults.ts'
import type { Provider } from './provider.ts'
import { parsed, readBody } from './receive.ts'
import type { Aim } from './script.ts'

export interface Scripting extends Aim {
  readonly fault: Fault
}

/** `/control/...`: what `script`, `clearScript`, `calls` and `counts` do, for other processes. Such requests are no calls. */
export function control(provider: Provider, request: IncomingMessage, response: ServerResponse): void {
  readBody(request, (text) => {
    const send = (status: number, value: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    switch (`${request.method} ${request.url}`) {
      case 'POST /control/script': {
        const scripting = parsed(text) as Scripting | undefined
        if (!scripting?.fault) return send(400, {})
        const { fault, ...aim } = scripting
        provider.script.add(fault, aim)
        return send(200, {})
      }
      case 'POST /control/clear':
        provider.script.clear()
        return send(200, {})
      case 'GET /control/calls':
        return send(200, provider.log.calls())
      case 'GET /control/counts':
        return send(200, provider.log.counts())
      default:
        return send(404, {})
    }
  })
}
