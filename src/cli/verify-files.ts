import { open, readFile } from 'node:fs/promises'
import {
  checkFiles,
  type FileReport,
  type NoteKey,
  type Policy,
  parseNoteKey,
  parsePolicy,
  readLeaf,
} from '../ledger/port.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import { LogUnreachable, logReader } from './log-source.ts'
import { tellFile } from './tell-file.ts'
import { UNREACHABLE } from './verify-ledger.ts'

/** Largest proof file read: an evidence page of the longest event is a hundredth of it. */
const MAX_PROOF_BYTES = 16 * 1024 * 1024

export interface VerifyOptions {
  readonly key?: readonly string[]
  readonly policy?: string
  readonly log?: string
  readonly row?: string
  readonly json?: boolean
}

/** 0: all good · 1: one is bad · 2: one could not be checked. */
const VERDICT_CODES = { good: 0, bad: 1, unchecked: 2 } as const

/** Checks proof files as a stranger would: without a server, a database or a data folder. */
export async function verifyFiles(
  context: CommandContext,
  paths: readonly string[],
  options: VerifyOptions,
): Promise<number> {
  const trust = await trustOf(options)
  if (typeof trust === 'string') {
    context.talk(trust)
    return exitCodes.usage
  }
  const files = await Promise.all(paths.map(readProofFile))
  const row = options.row === undefined ? undefined : await readProofFile(options.row)
  if (options.row !== undefined && row === undefined) {
    context.talk(`讀不到檔案 cannot be read: ${options.row}\n`)
    return exitCodes.usage
  }
  const { log } = options
  const leafAt = log === undefined ? undefined : (index: number, size: number) => readLeaf(logReader(log), index, size)
  const besides = { ...(leafAt && { leafAt }), ...(row && { row: withoutLineEnd(row) }) }
  const readable = files.filter((each) => each !== undefined)
  const reports = await checkFiles(readable, trust, besides).catch((error: unknown) => {
    if (error instanceof LogUnreachable) return undefined
    throw error
  })
  if (!reports) {
    context.talk(UNREACHABLE)
    return VERDICT_CODES.unchecked
  }
  return tellAll(context, paths, inPlace(files, reports), options)
}

const UNREADABLE: FileReport = { kind: 'unknown', verdict: 'unchecked', codes: ['unreadable'] }

function inPlace(files: readonly (Buffer | undefined)[], reports: readonly FileReport[]): readonly FileReport[] {
  const left = [...reports]
  return files.map((file) => (file ? (left.shift() ?? UNREADABLE) : UNREADABLE))
}

function tellAll(
  { out }: CommandContext,
  paths: readonly string[],
  reports: readonly FileReport[],
  { json, row }: VerifyOptions,
): number {
  for (const [i, report] of reports.entries()) {
    const path = paths[i] ?? ''
    out(
      json
        ? `${JSON.stringify({ file: path, ...report })}\n`
        : tellFile(path, report, { isRowGiven: row !== undefined }),
    )
  }
  const verdicts = new Set(reports.map(({ verdict }) => verdict))
  return VERDICT_CODES[verdicts.has('bad') ? 'bad' : verdicts.has('unchecked') ? 'unchecked' : 'good']
}

// A proof is of the line; that an editor ended it is no part of it.
const withoutLineEnd = (row: Buffer): Buffer => {
  const end = row.at(-1) === 0x0a ? (row.at(-2) === 0x0d ? 2 : 1) : 0
  return row.subarray(0, row.length - end)
}

async function readProofFile(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      return size <= MAX_PROOF_BYTES ? await file.readFile() : undefined
    } finally {
      await file.close()
    }
  } catch {
    // Whatever keeps it from being read, it is told as not readable.
    return undefined
  }
}

/** Keys and policy the reader brought; a text: why they cannot be used. */
async function trustOf({ key = [], policy }: VerifyOptions): Promise<{ keys: NoteKey[]; policy?: Policy } | string> {
  const keys = await Promise.all(key.map(keyOf))
  const whole = keys.filter((each) => each !== undefined)
  if (whole.length !== keys.length)
    return '金鑰格式不符；請給 NAME+ID+BASE64，或內含這樣一行的檔案。 Not a key: give NAME+ID+BASE64, or a file with such a line.\n'
  if (policy === undefined) return { keys: whole }
  const text = await readFile(policy, 'utf8').catch(() => undefined)
  if (text === undefined) return `讀不到簽署政策檔 the policy cannot be read: ${policy}\n`
  const parsed = parsePolicy(text)
  return parsed.ok
    ? { keys: whole, policy: parsed.value }
    : `簽署政策第 ${parsed.error.line} 行有誤 line ${parsed.error.line} of the policy: ${parsed.error.reason}\n`
}

/** A key as typed, or the first one in a file of that name, such as the printed sheet. */
export async function keyOf(given: string): Promise<NoteKey | undefined> {
  const own = parseNoteKey(given)
  if (own) return own
  const text = await readFile(given, 'utf8').catch(() => '')
  return text
    .split('\n')
    .map((line) => parseNoteKey(line.trim().replace(/^log\s+/, '')))
    .find((each) => each !== undefined)
}
