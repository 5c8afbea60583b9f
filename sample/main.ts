/** Writes a sample county: npm run sample -- --out FOLDER [--accesses 20000] [--seed 115] [--days 92] [--end 2026-11-22] */
import { parseArgs } from 'node:util'
import { generateSample } from './generate.ts'

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    accesses: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '115' },
    days: { type: 'string', default: '92' },
    end: { type: 'string', default: '2026-11-22' },
  },
})
const [accesses, seed, days] = [Number(values.accesses), Number(values.seed), Number(values.days)]
if (
  values.out === undefined ||
  !(accesses >= 10_000 && accesses <= 100_000_000) ||
  !(days >= 40 && days <= 400) ||
  !Number.isInteger(seed)
) {
  process.stderr.write(
    'usage: npm run sample -- --out FOLDER [--accesses 10000…100000000] [--seed N] [--days 40…400] [--end YYYY-MM-DD]\n',
  )
  process.exitCode = 64
} else {
  const manifest = await generateSample({ out: values.out, accesses, seed, days, end: values.end })
  process.stderr.write(
    `${manifest.accesses.toLocaleString('en')} accesses, ${manifest.files.length} files in ${values.out}\n`,
  )
}
