import { temporaryOffice } from '../test/organisation/temporary-office.ts'
import { personnelFile } from './personnel-file.ts'

const PEOPLE = 50_000
const UNITS = 300

/**
 * A personnel file of 50,000 people in 300 units: looked at, applied, brought again unchanged, and once more with a tenth of
 * it changed and a thousandth gone. `--people N`, `--units N`.
 */
export async function run(args: readonly string[]): Promise<object> {
  const option = (name: string, otherwise: number) => Number(args[args.indexOf(name) + 1] || 0) || otherwise
  const [people, units] = [option('--people', PEOPLE), option('--units', UNITS)]
  const office = await temporaryOffice()
  const by = { account: 'bench', post: '' }
  try {
    const bring = async (state: 'first' | 'later') => {
      const ask = await office.write(`${state}.csv`, personnelFile(people, units, state === 'later'))
      const [look, lookSeconds] = await timed(() => office.organisation.look(ask, by))
      if (!look.ok || look.value.faults.length > 0) throw new Error(JSON.stringify(look))
      const { digest } = look.value.plan
      const [applied, applySeconds] = await timed(() =>
        office.organisation.apply({ ...ask, digest, withPasswords: false }, by),
      )
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
    return {
      ...{ name: 'people', people, units, plan_s: first.lookSeconds, apply_s: first.applySeconds },
      ...{ again_s: again.lookSeconds, later_s: later.lookSeconds + later.applySeconds },
    }
  } finally {
    await office.close()
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now()
  const value = await work()
  return [value, Math.round((performance.now() - start) / 10) / 100]
}

const print = (line: string) => process.stderr.write(`${line}\n`)
