/** Writes a sample county: npm run sample -- --out FOLDER [--accesses 20000] [--seed 115] [--days 92] [--end 2026-11-22] */
import { parseArgs } from 'node:util'
import type { CountyOptions } from './county.ts'
import { generateSample } from './generate.ts'
import { takeFolder } from './out-folder.ts'

const EXIT_USAGE = 64
const USAGE =
  '用法 usage: npm run sample -- --out FOLDER [--accesses 10000…100000000] [--seed N] [--days 40…400] [--end YYYY-MM-DD]'

const asked = readArguments(process.argv.slice(2))
if (asked === undefined) refuse(USAGE)
else {
  const taken = takeFolder(asked.out)
  if (taken.ok) {
    const manifest = await generateSample(asked)
    const size = manifest.accesses.toLocaleString('en')
    process.stderr.write(`${size} 筆查詢 accesses，${manifest.files.length} 個檔案 files：${taken.value}\n`)
  } else refuse(taken.error.message)
}

function refuse(message: string): void {
  process.stderr.write(`${message}\n`)
  process.exitCode = EXIT_USAGE
}

function readArguments(args: string[]): (CountyOptions & { readonly out: string }) | undefined {
  const text = (standard: string) => ({ type: 'string' as const, default: standard })
  const options = {
    ...{ out: text(''), accesses: text('20000'), seed: text('115'), days: text('92'), end: text('2026-11-22') },
  }
  try {
    const { values } = parseArgs({ args, options })
    const [accesses, seed, days] = [values.accesses, values.seed, values.days].map(Number)
    if (accesses === undefined || seed === undefined || days === undefined || values.out === '') return undefined
    const fits = accesses >= 10_000 && accesses <= 100_000_000 && days >= 40 && days <= 400
    if (!fits || ![accesses, seed, days].every(Number.isInteger) || !isDay(values.end)) return undefined
    return { out: values.out, accesses, seed, days, end: values.end }
  } catch {
    // parseArgs throws for an option it does not know.
    return undefined
  }
}

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}
