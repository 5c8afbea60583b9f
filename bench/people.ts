import type { Provisioner } from '../src/organisation/port.ts'
import { temporaryOffice } from '../test/organisation/temporary-office.ts'
import { personnelFile } from './personnel-file.ts'

const PEOPLE = 50_000
const UNITS = 300
const SCIM_USERS = 300
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

type Office = Awaited<ReturnType<typeof temporaryOffice>>

/**
 * A personnel file of 50,000 people in 300 units: looked at, applied, brought again unchanged, and once more with a tenth of
 * it changed and a thousandth gone. `--people N`, `--units N`, `--scim N`.
 */
export async function run(args: readonly string[]): Promise<object> {
  const option = (name: string, otherwise: number) => Number(args[args.indexOf(name) + 1] || 0) || otherwise
  const [people, units] = [option('--people', PEOPLE), option('--units', UNITS)]
  const scimUsers = option('--scim', SCIM_USERS)
  const office = await temporaryOffice()
  const by = { account: 'bench', post: '' }
  try {
    const bring = async (state: 'first' | 'later') => {
      const ask = await office.write(`${state}.csv`, personnelFile(people, units, state === 'later'))
      const [look, lookSeconds] = await timed(() => office.organisation.look(ask, by))
      if (!look.ok) throw new Error(look.error.en)
      const [fault] = look.value.faults
      if (fault) throw new Error(`line ${fault.line}, ${fault.column}: ${fault.reasonEn}`)
      const { digest } = look.value.plan
      const [applied, applySeconds] = await timed(() => office.organisation.apply({ ...ask, digest }, by))
      return { lookSeconds, applySeconds, applied, look: look.value.plan }
    }
    const first = await bring('first')
    if (!first.applied.ok) throw new Error(first.applied.error.en)
    print(`looked at in ${first.lookSeconds} s, applied in ${first.applySeconds} s`)
    const again = await bring('first')
    if (again.applied.ok || again.applied.error.code !== 'nothing')
      throw new Error('a second identical file changed something')
    print(`the same file again: ${again.lookSeconds} s, nothing changed`)
    const later = await bring('later')
    if (!later.applied.ok) throw new Error(later.applied.error.en)
    const { joins, changes, leaves } = later.applied.value
    print(
      `a month later: ${joins} join, ${changes} change, ${leaves} leave: ${later.lookSeconds} + ${later.applySeconds} s`,
    )
    const scimPerSecond = await measureScim(office, scimUsers)
    print(`SCIM: ${scimPerSecond} users a second, each found, created and patched, ${people} in office`)
    return {
      ...{ name: 'people', people, units, plan_s: first.lookSeconds, apply_s: first.applySeconds },
      ...{ again_s: again.lookSeconds, scim_per_s: scimPerSecond, later_s: later.lookSeconds + later.applySeconds },
    }
  } finally {
    await office.close()
  }
}

/** What a directory does for a new user: looks whether he is there, tells of him, changes his title. One after the other. */
async function measureScim({ organisation }: Office, users: number): Promise<number> {
  const { user } = organisation.scim
  const by: Provisioner = { system: 'bench', agency: 'land', doer: { account: 'system:bench', post: '' } }
  const [, seconds] = await timed(async () => {
    for (let i = 0; i < users; i++) {
      const userName = `scim${i}@agency.gov.tw`
      const filter = `userName eq "${userName}"`
      await user.list(by, { filter, startIndex: 1, count: 1, hasMembers: false }, '')
      const made = await user.create(
        by,
        { schemas: [USER], userName, externalId: `S${i}`, displayName: `人員${i}` },
        '',
      )
      const Operations = [{ op: 'Replace', path: 'title', value: '科員' }]
      const patched = await user.patch(by, `S${i}`, { schemas: [PATCH], Operations }, '')
      if (!made.ok || !patched.ok) throw new Error(`user ${i} was not taken`)
    }
  })
  return Math.round(users / seconds)
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now()
  const value = await work()
  return [value, Math.round((performance.now() - start) / 10) / 100]
}

const print = (line: string) => process.stderr.write(`${line}\n`)
