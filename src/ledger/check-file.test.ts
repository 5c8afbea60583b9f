import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clock, logSigner, type MadeBundle, makeBundle, ORIGIN, witnessSigner } from './bundle.fixture.ts'
import { bundlePage, writeBundle } from './bundle.ts'
import { checkFiles, type FileReport } from './check-file.ts'
import type { Trust } from './check-note.ts'
import { fingerprintOf } from './fingerprint.ts'
import { examine } from './page-script.fixture.ts'
import { isBundle, KNOWN_PAGES, readBundle } from './read-bundle.ts'
import { ROW_PROOF_FORMAT } from './row-proof-file.ts'
import { proveRow } from './rows-tree.ts'
import { cosign } from './tlog/cosignature.ts'
import { sha256 } from './tlog/hash.ts'
import { COSIGNER_KEY, formatNoteKey, LOG_KEY, noteSigner } from './tlog/note-key.ts'
import { parsePolicy } from './tlog/policy.ts'
import { formatProof } from './tlog/proof.ts'

const whole = makeBundle()
const own = noteSigner(ORIGIN, LOG_KEY, Buffer.alloc(32, 66))
const trust: Trust = { keys: [logSigner.key] }
const NOBODY: Trust = { keys: [] }
const check = async (
  file: string | Buffer,
  given: Trust = trust,
  ...others: readonly string[]
): Promise<FileReport> => {
  const [report] = await checkFiles([Buffer.from(file), ...others.map((each) => Buffer.from(each))], given)
  if (!report) throw new Error('no report')
  return report
}
const proofOf = ({ input }: MadeBundle) => formatProof(input.proof)
const policyOf = (quorum: string) => {
  const keys = [`log ${formatNoteKey(logSigner.key)}`, `witness w ${formatNoteKey(witnessSigner.key)}`]
  const other = noteSigner('other.example/w', COSIGNER_KEY, Buffer.alloc(32, 12))
  const parsed = parsePolicy(
    [...keys, `witness o ${formatNoteKey(other.key)}`, 'group both all w o', `quorum ${quorum}`].join('\n'),
  )
  if (!parsed.ok) throw new Error(parsed.error.reason)
  return { keys: [], policy: parsed.value }
}

describe('a file is good only against a key that the reader brought', () => {
  const kinds: readonly [string, string][] = [
    ['bundle', whole.html],
    ['proof', proofOf(whole)],
    ['checkpoint', whole.checkpoint],
  ]
  test.each(kinds)('a %s is recognised by itself, and good, open or bad by the key', async (kind, file) => {
    expect(await check(file)).toMatchObject({ kind, verdict: 'good', codes: [], origin: ORIGIN, size: 300 })
    expect(await check(file, NOBODY)).toMatchObject({ kind, verdict: 'unchecked', codes: ['no-key'] })
    expect(await check(file, { keys: [own.key] })).toMatchObject({ kind, verdict: 'bad' })
    expect((await check(file)).fingerprint).toBe(fingerprintOf(logSigner.key))
  })

  test('a file signed whole with a key of one’s own is bad to who brings the key of the log', async () => {
    const forged = makeBundle({ signer: own })
    expect(await check(forged.html)).toMatchObject({ verdict: 'bad', codes: ['other-key'] })
    expect((await check(proofOf(forged))).verdict).toBe('bad')
    expect((await check(forged.checkpoint)).verdict).toBe('bad')
  })

  test('asks for the witnesses of the policy, or of the keys given', async () => {
    for (const file of [whole.html, proofOf(whole), whole.checkpoint]) {
      const seen = await check(file, policyOf('w'))
      expect(seen).toMatchObject({ verdict: 'good', witnesses: [{ name: witnessSigner.key.name }] })
      expect(await check(file, policyOf('both'))).toMatchObject({ verdict: 'bad', codes: ['too-few-witnesses'] })
      expect((await check(file, { keys: [logSigner.key, witnessSigner.key] })).verdict).toBe('good')
    }
    const [body = ''] = whole.checkpoint.split('\n\n')
    const forgedLine = cosign(`${body}\nx\n`, witnessSigner, clock.now())
    const forged = whole.checkpoint.replace(/— audit\S+ \S+\n/, forgedLine)
    expect(await check(forged, policyOf('w'))).toMatchObject({ verdict: 'bad', codes: ['too-few-witnesses'] })
  })

  test('cosignatures as a witness answers them are checked against the checkpoint they are over', async () => {
    const body = whole.checkpoint.slice(0, whole.checkpoint.lastIndexOf('\n\n') + 1)
    const answer = cosign(body, witnessSigner, clock.now())
    for (const over of [whole.checkpoint, proofOf(whole), whole.html]) {
      const report = await check(answer, { keys: [witnessSigner.key] }, over)
      expect(report).toMatchObject({ kind: 'cosignature', verdict: 'good', size: 300 })
      expect(report.witnesses).toEqual([{ name: witnessSigner.key.name, at: '2026-11-23T01:00:00.000Z' }])
    }
    const codesOf = async (...given: Parameters<typeof check>) => (await check(...given)).codes
    expect(await codesOf(answer, { keys: [witnessSigner.key] })).toEqual(['no-checkpoint'])
    expect(await codesOf(answer, trust, whole.checkpoint)).toEqual(['no-key'])
    const other = makeBundle({ size: 299 }).checkpoint
    expect(await codesOf(answer, { keys: [witnessSigner.key] }, other)).toEqual(['bad-signature'])
    const overElse = cosign(`${body}x\n`, witnessSigner, clock.now())
    expect(await codesOf(overElse, { keys: [witnessSigner.key] }, whole.checkpoint)).toEqual(['bad-signature'])
  })

  test('what is nested without end, or repeats the beginning of a record for ever, is refused and not followed', async () => {
    const deep = '['.repeat(300_000)
    const head = '<script type="application/json" id="record">'
    for (const file of [
      `{"rowsRoot":${deep}`,
      `<!doctype html>${head}${deep}</script>`,
      `<!doctype html>${`${head}{`.repeat(50_000)}`,
      `<!doctype html>${'const record = {'.repeat(50_000)}`,
      '— a b\n'.repeat(100_000),
    ])
      expect((await check(file)).verdict).not.toBe('good')
    const typed = makeBundle({ reason: '[{"'.repeat(500) })
    expect((await check(typed.html)).verdict).toBe('good')
  })

  test('two roots of one log for one size are two logs, whatever the files are', async () => {
    const other = makeBundle({ reason: '另一本' })
    expect(await check(whole.html, trust, other.checkpoint)).toMatchObject({ verdict: 'bad', codes: ['fork'] })
    expect((await check(whole.html, trust, whole.checkpoint)).verdict).toBe('good')
  })

  test('says of what is no proof that it is none, and of a proof without its leaf what is missing', async () => {
    for (const file of ['', '你好', '{}', '{"rowsRoot"', 'PK\u0003\u0004', '<!doctype html><p>核驗通過</p>'])
      expect((await check(file)).verdict).not.toBe('good')
    expect(await check(Buffer.of(0xff, 0xfe, 0))).toMatchObject({ verdict: 'unchecked', codes: ['unknown-kind'] })
    const { extra, ...bare } = whole.input.proof
    expect(await check(formatProof(bare))).toMatchObject({ verdict: 'unchecked', codes: ['no-leaf'] })
    const leafAt = async (index: number) => (index === 256 ? extra : undefined)
    const [report] = await checkFiles([Buffer.from(formatProof(bare))], trust, { leafAt })
    expect(report?.verdict).toBe('good')
    const [other] = await checkFiles([Buffer.from(formatProof(bare))], trust, {
      leafAt: async () => Buffer.alloc(36, 1),
    })
    expect(other?.codes).toEqual(['not-included'])
  })
})

describe('the page around a record', () => {
  test('is known, sign by sign, or said to be unknown', async () => {
    const page = sha256(Buffer.from(bundlePage())).toString('hex')
    expect(KNOWN_PAGES).toContain(page)
    const changed = whole.html.replace('核驗通過', '不必核驗')
    expect(await check(changed)).toMatchObject({ verdict: 'unchecked', codes: ['unknown-page'] })
    const second = whole.html.replace(
      '<script>',
      () => '<script type="application/json" id="record">{}</script><script>',
    )
    expect(await check(second)).toMatchObject({ verdict: 'bad', codes: ['malformed'] })
  })

  test('of the first version is read still, and held to what it says', async () => {
    const page = readFileSync(new URL('./first-bundle.fixture.html', import.meta.url), 'utf8')
    expect(isBundle(page)).toBe(true)
    const read = readBundle(page)
    if (!read.ok) throw new Error('not read')
    expect(await check(page, NOBODY)).toMatchObject({ kind: 'bundle', codes: ['no-key'] })
    const forgeries: readonly [string, string][] = [
      ['"salt":"AgICAgICAgICAgICAgICAg==",', ''],
      ['"index":256', '"index":257'],
      ['"index":256', '"index":1,"index":256'],
      ['"name":"where"', '"name":"where","bytes":"e30="'],
      ['index 256\\n', 'index 255\\n'],
    ]
    for (const [from, to] of forgeries) {
      const forged = page.replace(from, to)
      expect(forged).not.toBe(page)
      expect([from, (await check(forged, NOBODY)).verdict]).toEqual([from, 'bad'])
    }
  })
})

describe('the proof of a row', () => {
  const lines = Array.from({ length: 21 }, (_, n) => `row ${n}`)
  const key = Buffer.alloc(32, 3)
  async function made(isSalted: boolean) {
    const pieces = (async function* () {
      yield Buffer.from(`${lines.join('\n')}\n`)
    })()
    const proof = await proveRow(pieces, 6, 21, isSalted ? key : undefined)
    const base64 = (bytes: Buffer) => bytes.toString('base64')
    const rowsRoot = base64(proof.root)
    const detail = { rowsRoot, rowsInTree: 21, ...(isSalted && { rowsTree: 2 }) }
    const row = {
      ...{ importId: 'i-1', line: 8, index: 6, rowsInTree: 21, leafHash: base64(proof.leafHash) },
      ...{ hashes: proof.hashes.map(base64), rowsRoot },
      ...(proof.salt && { format: ROW_PROOF_FORMAT, salt: base64(proof.salt), eventId: 'e-1' }),
    }
    return { row, page: makeBundle({ kind: 'import', subjectRef: 'import:i-1', detail }).html }
  }
  const checkRow = async (row: object, page: string, text = 'row 6') => {
    const files = [Buffer.from(JSON.stringify(row, null, 2)), Buffer.from(page)]
    const [report] = await checkFiles(files, trust, { row: Buffer.from(text) })
    return report
  }

  test.each([true, false])('is good with the page of its import, salted: %s', async (isSalted) => {
    const { row, page } = await made(isSalted)
    expect(await checkRow(row, page)).toMatchObject({ kind: 'row-proof', verdict: 'good', row: { index: 6, of: 21 } })
    expect(await checkRow(row, page, 'row 7')).toMatchObject({ verdict: 'bad', codes: ['row-differs'] })
    expect(await check(JSON.stringify(row))).toMatchObject({ verdict: 'unchecked', codes: ['no-import'] })
    expect(await check(JSON.stringify(row), NOBODY, page)).toMatchObject({ verdict: 'unchecked', codes: ['no-key'] })
    const other = makeBundle({
      kind: 'import',
      subjectRef: 'import:i-1',
      detail: { rowsRoot: 'x', rowsInTree: 21 },
    }).html
    expect(await checkRow(row, other)).toMatchObject({ verdict: 'bad', codes: ['root-differs'] })
    const look = makeBundle({ kind: 'look', subjectRef: 'import:i-1', detail: { rowsRoot: row.rowsRoot } }).html
    expect((await checkRow(row, look))?.codes).toEqual(['no-import'])
  })

  test('with anything in it changed is refused, or told no differently; what is in no hash is told as unproved', async () => {
    const { row, page } = await made(true)
    const before = await checkRow(row, page)
    const text = JSON.stringify(row, null, 2)
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), async (at, sign) => {
        const changed = text.slice(0, at) + String.fromCharCode(sign) + text.slice(at + 1)
        const [report] = await checkFiles([Buffer.from(changed), Buffer.from(page)], trust, {
          row: Buffer.from('row 6'),
        })
        if (report?.verdict === 'good') expect(report.row).toEqual(before?.row)
      }),
      { numRuns: 400 },
    )
    expect(before?.unproved).toEqual({ line: '8', eventId: 'e-1' })
    for (const change of [
      { rowsInTree: 20 },
      { index: 7 },
      { importId: 'i-2' },
      { salt: undefined },
      { format: undefined },
      { verdict: 'good' },
    ])
      expect([change, (await checkRow({ ...row, ...change }, page))?.verdict]).not.toEqual([change, 'good'])
    const twice = text.replace('"index": 6', '"index": 6,\n  "index": 6')
    expect((await check(twice, trust, page)).codes).toEqual(['malformed'])
  })
})

describe('whatever single thing of a file is changed', () => {
  const proved = ({ kind, origin, vkey, fingerprint, size, root, index, facets }: FileReport) => ({
    ...{ kind, origin, vkey, fingerprint, size, root, index, facets },
  })
  const files = [whole.html, proofOf(whole), whole.checkpoint].map((text) => Buffer.from(text))
  const flip = (bytes: Buffer, at: number, bits: number) => {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ bits
    return changed
  }

  test('it is refused, or what is told as proved stays as it was', async () => {
    const before = await Promise.all(files.map((file) => check(file)))
    const bits = fc.integer({ min: 1, max: 255 })
    await fc.assert(
      fc.asyncProperty(fc.nat(files.length - 1), fc.nat(), bits, fc.boolean(), async (which, place, flipped, isCut) => {
        const file = files[which] ?? Buffer.alloc(0)
        const at = place % file.length
        const changed = isCut ? Buffer.concat([file.subarray(0, at), file.subarray(at + 1)]) : flip(file, at, flipped)
        const report = await check(changed)
        if (report.verdict === 'good') expect(proved(report)).toEqual(before.map(proved)[which])
      }),
      { numRuns: 600 },
    )
  })

  test('the page and the command come to the same end over every record', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.text.length - 1), fc.integer({ min: 32, max: 126 }), async (at, sign) => {
        const text = whole.text.slice(0, at) + String.fromCharCode(sign) + whole.text.slice(at + 1)
        if (text.includes('<')) return
        const [page, report] = [
          await examine(text),
          await check(
            whole.html.replace(whole.text, () => text),
            NOBODY,
          ),
        ]
        expect([text.slice(at - 9, at + 9), page.verdict]).toEqual([
          text.slice(at - 9, at + 9),
          report.verdict === 'bad' ? 'bad' : 'unpinned',
        ])
      }),
      { numRuns: 400 },
    )
  })

  test('what an official typed is told as he typed it and not taken for the frame of the file', async () => {
    const typed = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('</script>', 'const record = {}\n', '$&', '"RECORD"'),
    )
    await fc.assert(
      fc.asyncProperty(typed, async (reason) => {
        const made = makeBundle({ reason })
        const report = await check(writeBundle(made.input))
        expect(report.verdict).toBe('good')
        const why = report.facets?.find(({ name }) => name === 'why')?.text
        expect(why).toBe(reason === '' ? undefined : JSON.stringify({ reason }))
        expect((await examine(made.text)).verdict).toBe('unpinned')
      }),
      { numRuns: 60 },
    )
  })
})
