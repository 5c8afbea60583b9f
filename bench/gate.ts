import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import { personId } from '../sample/people.ts'
import { systemClock } from '../src/base/clock.ts'
import { inScope } from '../src/base/tenant.ts'
import { urlOf } from '../src/gate/agency-database.ts'
import type { Question } from '../src/gate/desk/question.ts'
import { createDecisionPoint, type PointDeps, tokenSigner } from '../src/gate/port.ts'
import { buildServer } from '../src/http/server.ts'
import { addCallingSystem } from '../src/identity/calling-system.ts'
import { officialsOf } from '../src/identity/port.ts'
import { type SmallOffice, smallOffice } from '../test/gate/small-office.ts'
import { servicesOf } from '../test/http/services-of.ts'
import { type DecisionFigures, measureDecisions } from './gate-decisions.ts'
import { benchGateStream } from './gate-stream.ts'

const SECONDS = 3
const LOOKS = 600
const WARM_UP = 100
const CALLERS = 32
const BATCH = 20

/**
 * The whole gate: decisions alone beside casbin and CASL on the same 10 and 1,000 policies, decisions over HTTP with all
 * their live facts and durable events, what one look through the gate costs over the bare driver, and rows per second.
 */
export async function run(): Promise<object> {
  const few = await measureDecisions(10, SECONDS)
  const many = await measureDecisions(1000, SECONDS)
  printDecisions(10, few)
  printDecisions(1000, many)
  const office = await smallOffice(systemClock)
  try {
    const http = await measureHttp(office)
    // As a request of one official: under the policies of his agency, as in the program.
    const scope = { kind: 'served', agencies: ['land'], home: 'land', account: 'land' } as const
    const overhead = await inScope(scope, () => measureOverhead(office))
    const stream = await benchGateStream()
    print(
      `rows: ${stream['rows_per_s']}/s, first look ${stream['first_look_rows_per_s']}/s, bare ${stream['direct_rows_per_s']}/s`,
    )
    return { name: 'gate', decisions_per_cpu_s: many.ours, ...http, ...overhead, ...stream, at_10: few, at_1000: many }
  } finally {
    await office.close()
  }
}

function printDecisions(policies: number, { ours, casbin, caslIndexed, caslLinear }: DecisionFigures): void {
  const times = (other: number) => `${(ours / other).toFixed(2)} ×`
  print(
    `${policies} policies, decisions per CPU second: ours ${ours}; casbin ${casbin} (${times(casbin)}), ` +
      `CASL by type ${caslIndexed} (${times(caslIndexed)}), CASL linear ${caslLinear} (${times(caslLinear)})`,
  )
}

/** Single evaluations and batches of twenty over HTTP, callers on a thread of their own on the same cores. */
async function measureHttp(office: SmallOffice) {
  const { database, gate, desk } = office
  const parts: PointDeps = {
    ...{ database, clock: systemClock, gate, desk, signer: tokenSigner(Buffer.alloc(32, 1)) },
    officialsOf: (agency) => officialsOf(database, agency),
  }
  const point = { parts, decide: createDecisionPoint(parts) }
  const server = await buildServer(
    servicesOf({
      ...{ database, clock: systemClock, gate, desk, point, operatorToken: 'x'.repeat(40), webFolder: '/nowhere' },
      ...{ maxUploadBytes: 1000, publicHosts: [], isSecure: false, log: print },
      ledger: { refusal: () => undefined },
    }),
  )
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  // A watched system: its permits owe no receipts, so that the run is not stopped by its own success.
  const system = { system: 'bench', name: 'bench', agency: 'land', isShadow: true, certificate: undefined }
  const added = await addCallingSystem({ database, clock: systemClock }, system, { account: 'bench', post: '' })
  const headers = { authorization: `Bearer ${added.ok ? added.value : ''}`, 'content-type': 'application/json' }
  const one = evaluation(1)
  const single = await load({ port, headers, path: '/access/v1/evaluation', body: JSON.stringify(one) })
  const evaluations = Array.from({ length: BATCH }, (_, n) => evaluation(1 + (n % 2)))
  const batch = await load({ port, headers, path: '/access/v1/evaluations', body: JSON.stringify({ evaluations }) })
  await server.close()
  print(
    `over HTTP, each with live facts and a durable event: ${Math.round(single)}/s, in twenties ${Math.round(batch * BATCH)}/s`,
  )
  return { http_decisions_per_s: Math.round(single), batch_decisions_per_s: Math.round(batch * BATCH) }
}

const evaluation = (person: number) => ({
  subject: { type: 'user', id: 'land' },
  action: { name: 'query', properties: { processing_activity_id: 'registration' } },
  resource: { type: 'catalogued-query', id: 'land-owner@1', properties: { parameters: { person: personId(person) } } },
  context: { case: { number: '雲登字1號' } },
})

function load(what: object): Promise<number> {
  return new Promise((done, failed) => {
    const worker = new Worker(new URL('./http-callers.ts', import.meta.url), {
      workerData: { ...what, callers: CALLERS, seconds: SECONDS },
    })
    worker.once('message', done)
    worker.once('error', failed)
  })
}

/** One look after the other, decided, recorded, masked and read to its end, beside the bare driver on the same query. */
async function measureOverhead({ desk, gate, database }: SmallOffice) {
  const question: Question = {
    query: 'land-owner',
    parameters: { person: personId(1) },
    purpose: 'registration',
    caseNumber: '雲登字1號',
    act: 'query',
  }
  const place = { adminUrl: database.url, name: 'sample_land', login: 'gate_land', password: 'ab'.repeat(16) }
  const client = new pg.Client({ connectionString: urlOf(place, 'gate') })
  await client.connect()
  const sql = gate.catalogue.query('land-owner')?.sql ?? ''
  const bare: number[] = []
  const gated: number[] = []
  for (let n = -WARM_UP; n < LOOKS; n++) {
    const from = performance.now()
    const direct = await client.query({ text: sql, values: [personId(1)] })
    const between = performance.now()
    const looked = await desk.look({ account: 'land' }, question)
    if (!looked.ok || looked.value.kind !== 'shown') throw new Error('the look was not shown')
    let rows = 0
    for await (const _ of looked.value.disclosure.rows) rows += 1
    if (rows !== direct.rows.length) throw new Error('the gate showed other rows')
    if (n < 0) continue
    bare.push(between - from)
    gated.push(performance.now() - between)
  }
  await client.end()
  const [p50, p99] = [at(gated, 0.5) - at(bare, 0.5), at(gated, 0.99) - at(bare, 0.5)]
  print(
    `one look: ${at(gated, 0.5).toFixed(2)} ms, bare ${at(bare, 0.5).toFixed(2)} ms; over it p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)} ms`,
  )
  return { overhead_p50_ms: round(p50), overhead_p99_ms: round(p99) }
}

const at = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0
const round = (ms: number): number => Math.round(ms * 100) / 100
const print = (line: string): void => void process.stdout.write(`${line}\n`)
