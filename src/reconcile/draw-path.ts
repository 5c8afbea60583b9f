import type { AccessPage, PathLink, PathNode } from '../wire/access.ts'
import { officerLabel } from './names.ts'
import type { Hit, Story } from './sentence.ts'
import { momentText } from './taipei-text.ts'
import { valueText, type Witness } from './witness.ts'

const MAX_RECORDS = 5
// Where a path begins and ends; everything else is a record between them.
const OFFICER = 'officer'
const SUBJECT = 'subject'
const ABOUT_OFFICER = new Set(['leave', 'presence', 'shift', 'terminal', 'separation', 'post'])

interface Drawing {
  readonly nodes: Map<string, PathNode>
  readonly links: PathLink[]
}

/**
 * The evidence path: the official, the records, the person looked at. Records that support hold on both sides; a
 * record that contradicts does so on the side it speaks of; where nothing was found, a dashed place says what was looked for.
 */
export function drawPath(
  story: Story & { readonly unit: string; readonly subjectLabel: string },
  hits: readonly Hit[],
): AccessPage['path'] {
  const drawing: Drawing = { nodes: new Map(), links: [] }
  drawing.nodes.set(OFFICER, {
    id: OFFICER,
    kind: 'officer',
    column: 0,
    title: officerLabel(story.officer, story.duty),
    detail: story.unit,
    exists: true,
  })
  const inOrder = [...hits].sort((a, b) => weight(b) - weight(a))
  for (const hit of inOrder) if (drawing.nodes.size <= MAX_RECORDS) drawHit(drawing, hit, story)
  if (drawing.nodes.size === 1) drawNothing(drawing, story)
  drawing.nodes.set(SUBJECT, {
    id: SUBJECT,
    kind: 'subject',
    column: 2,
    title: '當事人 ●●●',
    detail: `代碼 ${story.subjectLabel}`,
    exists: true,
  })
  return { nodes: [...drawing.nodes.values()], links: drawing.links }
}

const weight = (hit: Hit): number =>
  hit.rule.kind === 'contradiction'
    ? 1000 + hit.rule.points
    : hit.rule.kind === 'template'
      ? 500 + hit.strength * 10
      : hit.rule.points

function drawHit(drawing: Drawing, hit: Hit, story: Story): void {
  if (hit.rule.kind === 'flag' && (hit.rule.points < 10 || hit.witnesses.size === 0)) return
  const record = mainRecord(hit)
  const id = record ? `${record.kind}-${record.id.slice(0, 8)}` : hit.rule.id
  const isAgainst = hit.rule.kind === 'contradiction'
  const isKnown = drawing.nodes.has(id)
  if (!isKnown) drawing.nodes.set(id, recordNode(id, record, hit, story))
  const label = hit.rule.title
  if (hit.rule.kind === 'flag') {
    if (!isKnown)
      drawing.links.push(
        { from: OFFICER, to: id, state: 'holds', label: '' },
        { from: id, to: SUBJECT, state: 'holds', label },
      )
    return
  }
  if (isKnown && !isAgainst) return
  const speaksOfOfficer = record === undefined || ABOUT_OFFICER.has(record.kind) || hit.rule.id === 'not-in-portfolio'
  const [left, right]: [PathLink['state'], PathLink['state']] = !isAgainst
    ? ['holds', 'holds']
    : speaksOfOfficer
      ? ['contradicts', 'missing']
      : ['contradicts', 'contradicts']
  const date = record ? valueText(record, timeColumn(record), story.at) : ''
  drawing.links.push({ from: OFFICER, to: id, state: left, label: isAgainst ? label : date })
  drawing.links.push({
    from: id,
    to: SUBJECT,
    state: right,
    label: right === 'holds' ? label : right === 'missing' ? '無紀錄相連' : '非相符之紀錄',
  })
}

// The record a reason is about: the case before its parts, the last step otherwise.
function mainRecord(hit: Hit): Witness | undefined {
  const all = [...hit.witnesses.values()]
  return all.find((each) => each.kind === 'case' || each.kind === 'assignment') ?? all.at(-1)
}

const timeColumn = (record: Witness): string =>
  ['valid_from', 'opened_at', 'starts', 'at', 'approved_at', 'issued_at', 'announced_at'].find(
    (name) => record.values[name],
  ) ?? ''

function recordNode(id: string, record: Witness | undefined, hit: Hit, story: Story): PathNode {
  if (!record)
    return {
      id,
      kind: 'case',
      column: 1,
      title: story.caseNo.trim() || hit.rule.title,
      detail: hit.rule.title,
      exists: false,
    }
  const isCase = record.kind === 'case' || record.kind === 'assignment' || record.kind === 'party'
  const title =
    ['case_no', 'doc_no', 'approval_no', 'dispatch_no', 'ticket', 'complaint_no', 'place', 'kind']
      .map((name) => valueText(record, name, story.at))
      .find((text) => text !== '') ?? record.kindTitle
  return {
    id,
    kind: isCase ? 'case' : 'record',
    column: 1,
    title,
    detail: `${record.kindTitle}　${valueText(record, timeColumn(record), story.at)}`,
    exists: true,
  }
}

function drawNothing(drawing: Drawing, story: Story): void {
  const id = 'nothing'
  const looked = story.caseNo.trim() === '' ? '案件、臨櫃、派遣、公文、核准' : `案號 ${story.caseNo.trim()}`
  drawing.nodes.set(id, {
    id,
    kind: 'record',
    column: 1,
    title: '查無佐證',
    detail: `已查：${looked}（${momentText(story.at)}）`,
    exists: false,
  })
  drawing.links.push(
    { from: OFFICER, to: id, state: 'missing', label: '無紀錄相連' },
    { from: id, to: SUBJECT, state: 'missing', label: '無紀錄相連' },
  )
}
