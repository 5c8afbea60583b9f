import type { Readable } from 'node:stream'
import { z } from 'zod'
import { asInstallation, serves } from '../../base/tenant.ts'
import { json, problem, type Reply } from '../../edge/route.ts'
import { EVIDENCE_KINDS } from '../../evidence/port.ts'
import { namesOf } from '../../identity/port.ts'
import { ROW_PROOF_FORMAT, recordAct } from '../../ledger/port.ts'
import { listSystems, registerSystem } from '../../registry/port.ts'
import {
  declaredReading,
  importList,
  importPreview,
  importRecord,
  mapping,
  rememberedMapping,
  rowProof,
} from '../../wire/import.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import type { Services } from '../services.ts'

const agency = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)
const previewQuery = z.object({
  target: z.string().max(32),
  agency,
  fileName: z.string().min(1).max(200),
  ...declaredReading.shape,
})
// A name that looks like nothing, or like another's, or holds a page's tags, is no code.
const systemCode = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._()（）-]{0,63}$/u)
const mappingQuery = z.object({ target: z.string().max(32), agency, system: z.string().max(64).default('') })
const startBody = z.object({
  uploadId: z.uuid(),
  fileName: z.string().min(1).max(200),
  target: z.string().max(32),
  agency,
  system: systemCode.optional(),
  mapping,
})
const localBody = startBody.omit({ uploadId: true }).extend({ filePath: z.string().min(1).max(4096) })

/** Imports with the names of who started them; `sample` and the command line are no persons and stay. */
async function named<Row extends { readonly startedBy: string }>({ database }: Services, rows: readonly Row[]) {
  const names = await namesOf(
    database,
    rows.map(({ startedBy }) => startedBy),
  )
  return rows.map((row) => ({ ...row, startedByName: names.get(row.startedBy) ?? '' }))
}

export const importRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/systems',
    action: 'import.view',
    summary: 'Source systems',
    handle: async ({ services }) => json({ systems: await listSystems(services.database) }),
  }),
  route({
    method: 'GET',
    path: '/api/evidence-kinds',
    action: 'import.view',
    summary: 'Kinds of evidence that can be imported',
    handle: async () => json({ kinds: Object.values(EVIDENCE_KINDS).map(({ kind, title }) => ({ kind, title })) }),
  }),
  route({
    method: 'GET',
    path: '/api/imports',
    action: 'import.view',
    summary: 'All imports, newest first',
    answer: importList,
    handle: async ({ services }) => json({ imports: await named(services, await services.evidence.listImports()) }),
  }),
  route({
    method: 'GET',
    path: '/api/imports/mapping',
    action: 'import.run',
    summary: 'How files of this use were read last, to begin with',
    query: mappingQuery,
    answer: rememberedMapping,
    handle: async ({ services, query: { target, agency, system } }) =>
      json({ mapping: (await services.evidence.lastMapping({ target, agency, system })) ?? null }),
  }),
  route({
    method: 'GET',
    path: '/api/imports/:id',
    action: 'import.view',
    summary: 'One import, with its progress',
    answer: importRecord,
    handle: async ({ services, params }) => {
      const found = z.uuid().safeParse(params['id'])
      const record = found.success ? await services.evidence.getImport(found.data) : undefined
      return record ? json((await named(services, [record]))[0]) : problem('not-found')
    },
  }),
  route({
    method: 'GET',
    path: '/api/imports/:id/rejects',
    action: 'import.view',
    summary: 'The rows that were not loaded, with reasons',
    handle: async ({ services, params }) => {
      const found = z.uuid().safeParse(params['id'])
      const content = found.success ? await services.evidence.openRejects(found.data) : undefined
      return content
        ? { kind: 'file', name: `退件-${found.data}.csv`, type: 'text/csv; charset=utf-8', content }
        : problem('not-found')
    },
  }),
  route({
    method: 'GET',
    path: '/api/imports/:id/rows/:line/proof',
    action: 'import.prove',
    summary: 'Proof that a line of an imported file is covered by its event: hashes only',
    answer: rowProof,
    handle: async ({ services, params }) => {
      const [id, line] = [z.uuid().safeParse(params['id']), z.coerce.number().int().min(1).safeParse(params['line'])]
      const proved = id.success && line.success ? await services.evidence.proveSourceRow(id.data, line.data) : undefined
      if (!proved?.ok) return problem(proved?.error === 'changed' ? 'row-changed' : (proved?.error ?? 'not-found'))
      const { index, size, salt, leafHash, hashes, root, eventId } = proved.value
      const base64 = (bytes: Buffer) => bytes.toString('base64')
      const proof = {
        ...(eventId !== undefined && { eventId }),
        ...(salt && { format: ROW_PROOF_FORMAT, salt: base64(salt) }),
        index,
        rowsInTree: size,
        leafHash: base64(leafHash),
        hashes: hashes.map(base64),
        rowsRoot: base64(root),
      }
      return json({ importId: id.data, line: line.data, ...proof })
    },
  }),
  route({
    method: 'POST',
    path: '/api/imports/preview',
    action: 'import.run',
    summary: 'Upload a file and see how it reads',
    query: previewQuery,
    answer: importPreview,
    isUpload: true,
    handle: preview,
  }),
  route({
    method: 'POST',
    path: '/api/imports',
    action: 'import.run',
    summary: 'Load an uploaded file',
    body: startBody,
    answer: importRecord,
    handle: startUploaded,
  }),
  route({
    method: 'POST',
    path: '/api/imports/local',
    action: 'import.local',
    summary: 'Load a file of this machine (command line)',
    body: localBody,
    answer: importRecord,
    handle: (ask) => start(ask, ask.body),
  }),
]

async function preview(ask: Ask<z.infer<typeof previewQuery>, unknown>) {
  const { services, query, caller } = ask
  if (!serves(query.agency)) return problem('forbidden')
  const received = await services.uploads.receive(caller.account, ask.request.body as Readable)
  if (!received.ok) return problem('import-refused', BUSY)
  const { uploadId, path } = received.value
  let isKept = false
  try {
    const { fileName, target, agency, ...declared } = query
    const seen = await services.evidence.preview({ filePath: path, fileName, target, agency, declared })
    if (!seen.ok) return problem('import-refused', { zh: seen.error.message, en: seen.error.messageEn })
    await recordAct(services.database, {
      kind: 'import-preview',
      at: services.clock.now(),
      actor: caller.account,
      actorPost: caller.post,
      subjectRef: `upload:${uploadId}`,
      reason: '',
      detail: { target },
    })
    isKept = true
    return json({ ...seen.value, uploadId })
  } finally {
    // Identifiers stand in it in clear: what was refused does not stay.
    if (!isKept) await services.uploads.discard(uploadId)
  }
}

const BUSY = {
  zh: '您同時上傳的檔案過多；請等前面的檔案上傳完成後再試。',
  en: 'You are sending too many files at once; wait until the others are through.',
}
const GONE = {
  zh: '找不到上傳的檔案：可能已逾一小時、已匯入或程式曾重新啟動；請重新選擇檔案。',
  en: 'The uploaded file is gone: over an hour old, imported already, or the program was started again. Choose it again.',
}

async function startUploaded(ask: Ask<unknown, z.infer<typeof startBody>>) {
  const { uploads } = ask.services
  const { uploadId, ...body } = ask.body
  const filePath = uploads.take(ask.caller.account, uploadId)
  if (filePath === undefined) return problem('import-refused', GONE)
  let reply: Reply | undefined
  try {
    reply = await start(ask, { ...body, filePath, isUpload: true })
    return reply
  } finally {
    // Once an import runs the file is its own; else it goes here.
    if (reply?.kind !== 'json') await uploads.discard(uploadId)
  }
}

interface StartBody extends z.infer<typeof localBody> {
  readonly isUpload?: boolean
}

async function start(ask: Ask<unknown, unknown>, body: StartBody): Promise<Reply> {
  const { services, caller } = ask
  if (!serves(body.agency)) return problem('forbidden')
  if (body.system !== undefined && !(await registerIfNew(ask, body.system, body.agency)))
    return problem('import-refused', TAKEN)
  const started = await services.evidence.startImport({
    filePath: body.filePath,
    fileName: body.fileName,
    isUpload: body.isUpload ?? false,
    target: body.target,
    agency: body.agency,
    mapping: body.mapping,
    startedBy: { account: caller.account, post: caller.post },
    ...(body.system !== undefined && { system: body.system }),
  })
  if (!started.ok) return problem('import-refused', { zh: started.error.message, en: started.error.messageEn })
  const record = await services.evidence.getImport(started.value.importId)
  return record ? json(record) : problem('internal')
}

const TAKEN = {
  zh: '此系統代號已由其他機關使用，請改用其他代號。',
  en: 'This system code belongs to another agency; use another.',
}

// A log of a system nobody has named yet is not refused: the system stands under its code until it is named.
async function registerIfNew(
  { services, caller }: Ask<unknown, unknown>,
  system: string,
  agency: string,
): Promise<boolean> {
  const known = await asInstallation(() => listSystems(services.database))
  const found = known.find((each) => each.system === system)
  if (found) return serves(found.agency)
  const agencyName = known.find((each) => each.agency === agency)?.agencyName ?? agency
  const by = { account: caller.account, post: caller.post }
  await registerSystem(services, { system, name: system, agency, agencyName }, { isDemo: false, by })
  return true
}
