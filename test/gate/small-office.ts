import { companyId, personId } from '../../sample/people.ts'
import type { Clock } from '../../src/base/clock.ts'
import { sampleSystems } from '../../src/demo/sample-systems.ts'
import { createDecider } from '../../src/gate/decide.ts'
import { createDesk, type Desk } from '../../src/gate/desk/create-desk.ts'
import { loadPolicies } from '../../src/gate/policy-book.ts'
import { createGate, type QueryGate } from '../../src/gate/port.ts'
import { createOffice } from '../../src/organisation/port.ts'
import { temporaryDatabase } from '../engines.ts'

export interface SmallOffice {
  readonly database: Awaited<ReturnType<typeof temporaryDatabase>>
  readonly gate: QueryGate
  readonly desk: Desk
  close(): Promise<void>
}

/** Three small agencies with real databases behind the gate, and the people who work there. `draw`: for challenges. */
export async function smallOffice(clock: Clock, draw: () => number = () => 999): Promise<SmallOffice> {
  const database = await temporaryDatabase()
  const gate = await createGate({ database, clock, subjectKey: Buffer.alloc(32, 1) })
  await sampleSystems(gate, database.url, 'ab'.repeat(16)).make({ persons: 200, companies: 20, parcels: 200 }, RECORDS)
  const decider = createDecider(await loadPolicies(), gate.catalogue.purpose)
  const desk = createDesk({
    database,
    clock,
    gate,
    decider: () => decider,
    office: createOffice({ database, clock, household: async () => false }),
    sealKey: Buffer.alloc(32, 5),
    draw,
  })
  for (const [account, agency, role] of PEOPLE)
    await database.upkeep.query(
      `INSERT INTO account (account, name, unit, title, role, agency, password_hash) VALUES ($1, $1, '科', '職', $2, $3, '')`,
      [account, role, agency],
    )
  const close = async () => {
    await gate.close()
    await database.close()
  }
  return { database, gate, desk, close }
}

const PEOPLE = [
  ['officer', 'insurance', 'officer'],
  ['police', 'police', 'officer'],
  ['patrol', 'police', 'officer'],
  ['captain', 'police', 'supervisor'],
  ['land', 'land', 'officer'],
  ['registrar', 'land', 'supervisor'],
  ['other', 'land', 'supervisor'],
  ['ethics', '', 'ethics'],
  ['head', '', 'head'],
] as const

const RECORDS = new Map<string, readonly (readonly string[])[]>([
  [
    'land case',
    [
      ['雲登字1號', '買賣', '', '2026-11-01', ''],
      ['雲登字2號', '買賣', '', '2026-11-01', '2026-11-20'],
    ],
  ],
  [
    'land party',
    [
      ['雲登字1號', personId(1)],
      ['雲登字2號', personId(2)],
    ],
  ],
  [
    'land assignment',
    [
      ['雲登字1號', '301'],
      ['雲登字2號', '301'],
    ],
  ],
  ['police case', [['偵字7號', '竊盜', '', '2026-11-01', '']]],
  ['police party', [['偵字7號', personId(3)]]],
  ['police assignment', [['偵字7號', '77']]],
  ['insurance case', []],
  ['insurance portfolio', [['2105', companyId(1)]]],
])
