/** The floor of `bench -- incident`: for each POST the rows that ours writes, from a template, and one record to Kafka. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { uuidv7 } from '@akashic/shared/ids'
import { openDatabase, sql } from '@akashic/shared/postgres'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { pino } from 'pino'

const { databaseUrl, brokers, topic } = JSON.parse(process.argv[2]!) as {
  databaseUrl: string
  brokers: string[]
  topic: string
}
const db = openDatabase({ url: databaseUrl, applicationName: 'floor', log: pino({ level: 'silent' }) })
const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer({
  createPartitioner: Partitioners.DefaultPartitioner,
})
await producer.connect()

type Row = Record<string, unknown>
const [template] = await db.query<{ incident: Row; update: Row; entries: Row[]; audit: Row }>(sql`
  SELECT to_jsonb(i) AS incident, to_jsonb(u) AS update, to_jsonb(a) AS audit,
         (SELECT jsonb_agg(t) FROM status.timeline_entry AS t WHERE t.incident_num = i.num) AS entries
    FROM status.incident AS i
    JOIN status.incident_update AS u ON u.incident_num = i.num
    JOIN status.audit AS a ON a.subject = i.id::text
   ORDER BY i.num
   LIMIT 1`)
if (!template) throw new Error('there is no incident to copy')
const { incident, update, entries, audit } = template

async function write(id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx.query<{ num: number }>(sql`
      SELECT nextval(pg_get_serial_sequence('status.incident', 'num'))::int AS num`)
    const incident_num = row!.num
    await tx.query(sql`
      INSERT INTO status.incident
      OVERRIDING SYSTEM VALUE
      SELECT * FROM jsonb_populate_record(NULL::status.incident, ${sql.json({ ...incident, id, num: incident_num })})`)
    await tx.query(sql`
      INSERT INTO status.incident_update
      SELECT * FROM jsonb_populate_record(NULL::status.incident_update,
        ${sql.json({ ...update, id: uuidv7(), incident_num })})`)
    await tx.query(sql`
      INSERT INTO status.timeline_entry
      SELECT * FROM jsonb_populate_recordset(NULL::status.timeline_entry,
        ${sql.json(entries.map((entry) => ({ ...entry, incident_num })))})`)
    await tx.query(sql`
      INSERT INTO status.audit (id, at, actor_id, actor_name, actor_kind, action, subject, request_id, detail)
      SELECT id, at, actor_id, actor_name, actor_kind, action, subject, request_id, detail
        FROM jsonb_populate_record(NULL::status.audit, ${sql.json({ ...audit, id: uuidv7(), subject: id })})`)
  })
  const messages = [{ key: id, value: JSON.stringify(incident), headers: { ce_subject: id } }]
  await producer.send({ topic, acks: -1, messages })
}

const server = createServer((request, response) => {
  request.resume().once('end', () => {
    const id = uuidv7()
    write(id).then(
      () => response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
