import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, sql } from '@akashic/shared/postgres'
import { startTestPostgres } from '@akashic/testbed'
import { pino } from 'pino'
import { startFloor, startProduct, stopChild, type Product } from './product.ts'
import { quantile, type Report, type Row } from './table.ts'

const incidents = 20_000
const pagesDown = 200
const requests = 1_000
const allowedMs = 50

/** The history page with 20,000 incidents: the first page and one far down, beside node:http with the same bytes. Each
 *  figure is what a reader on this machine waits, one request after the other. */
export async function run(): Promise<Report> {
  const postgres = await startTestPostgres()
  const product = await startProduct({
    config: 'http: { publicRequestsPerMinute: 1000000 }\ncomponents: [{ id: web, name: Web }]\n',
    env: { DATABASE_URL: postgres.url },
  })
  try {
    await fill(product, postgres.url)
    const deep = await cursorAt(product, pagesDown)
    const first = await compare(`${product.url}/history`)
    const far = await compare(`${product.url}/history?cursor=${deep}`)
    return {
      rows: [...rowsOf('first page', first), ...rowsOf(`page ${pagesDown}`, far)],
      raw: { incidents, first, far },
    }
  } finally {
    await product.stop()
    await postgres.stop()
  }
}

/** One incident as people make it, told and resolved, and the others as copies of its rows, an hour apart. */
async function fill(product: Product, databaseUrl: string): Promise<void> {
  const headers = { authorization: `Bearer ${product.adminKey}`, 'content-type': 'application/json' }
  const post = async (path: string, body: object, more: Record<string, string> = {}) => {
    const answer = await fetch(`${product.url}/api/v1/incidents${path}`, {
      ...{ method: 'POST', headers: { ...headers, ...more } },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as { id: string }
  }
  const words = 'Checkout is slow for some. We have found the cause, and are watching that it stays away.'
  const opening = { title: 'Checkout is slow', severity: 'SEV-2', components: ['web'], body: words, publish: true }
  const { id } = await post('', opening)
  await post(`/${id}/updates`, { status: 'identified', body: words, publish: true }, { 'if-match': '"1"' })
  await post(`/${id}/resolve`, { body: words, publish: true }, { 'if-match': '"2"' })
  const db = openDatabase({ url: databaseUrl, applicationName: 'bench', log: pino({ level: 'silent' }) })
  try {
    await copy(db, id)
  } finally {
    await db.close()
  }
}

async function copy(db: ReturnType<typeof openDatabase>, id: string): Promise<void> {
  await db.query(sql`
    INSERT INTO status.incident OVERRIDING SYSTEM VALUE
    SELECT (jsonb_populate_record(one, jsonb_build_object(
             'num', one.num + n, 'id', gen_random_uuid(),
             'opened_at', one.opened_at - (${incidents} - n) * interval '1 hour',
             'started_at', one.started_at - (${incidents} - n) * interval '1 hour',
             'resolved_at', one.resolved_at - (${incidents} - n) * interval '1 hour'))).*
      FROM status.incident one, generate_series(1, ${incidents - 1}) n
     WHERE one.id = ${id}`)
  await db.query(sql`
    INSERT INTO status.incident_component
    SELECT (jsonb_populate_record(one, jsonb_build_object('incident_num', other.num))).*
      FROM status.incident_component one, status.incident other
     WHERE one.incident_num = (SELECT num FROM status.incident WHERE id = ${id}) AND other.id <> ${id}`)
  await db.query(sql`
    INSERT INTO status.incident_update
    SELECT (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), 'incident_num', other.num))).*
      FROM status.incident_update one, status.incident other
     WHERE one.incident_num = (SELECT num FROM status.incident WHERE id = ${id}) AND other.id <> ${id}`)
  await db.query(sql`ANALYZE`)
}

/** Follows the links to older incidents. */
async function cursorAt(product: Product, page: number): Promise<string> {
  let cursor = ''
  for (let i = 1; i < page; i++) {
    const text = await (await fetch(`${product.url}/history${cursor && `?cursor=${cursor}`}`)).text()
    const next = /[?&](?:amp;)?cursor=([^"&]+)"[^>]*>[^<]*[Oo]lder/.exec(text)?.[1]
    if (!next) throw new Error(`page ${i} of the history links to no older one`)
    cursor = next
  }
  return cursor
}

interface Compared {
  readonly bytes: number
  readonly oursMs: readonly number[]
  readonly floorMs: readonly number[]
}

async function compare(url: string): Promise<Compared> {
  const answer = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
  const body = Buffer.from(await answer.arrayBuffer())
  if (answer.status !== 200) throw new Error(`${url} was answered ${answer.status}`)
  const scratch = await mkdtemp(join(tmpdir(), 'akashic-bench-body-'))
  const bodyFile = join(scratch, 'history.html')
  await writeFile(bodyFile, body)
  const headers = { 'content-type': answer.headers.get('content-type') ?? 'text/html' }
  const floor = await startFloor('same-bytes.ts', { bodyFile, headers })
  try {
    const floorMs = await waits(`http://127.0.0.1:${floor.port}/`)
    return { bytes: body.length, oursMs: await waits(url), floorMs }
  } finally {
    await stopChild(floor.child)
    await rm(scratch, { recursive: true, force: true })
  }
}

async function waits(url: string): Promise<number[]> {
  const ms: number[] = []
  for (let i = 0; i < requests + 50; i++) {
    const begin = performance.now()
    await (await fetch(url, { headers: { 'accept-encoding': 'identity' } })).arrayBuffer()
    if (i >= 50) ms.push(performance.now() - begin)
  }
  return ms
}

function rowsOf(what: string, { bytes, oursMs, floorMs }: Compared): Row[] {
  return [0.5, 0.99].map((q) => {
    const [ours, floor] = [quantile(oursMs, q), quantile(floorMs, q)]
    return {
      measure: `history of ${incidents} incidents, ${what} (${bytes} B), p${q * 100}`,
      ours: `${ours.toFixed(1)} ms`,
      floor: `${floor.toFixed(1)} ms`,
      ratio: (ours / floor).toFixed(1),
      aim: `< ${allowedMs} ms`,
      met: ours < allowedMs,
    }
  })
}
