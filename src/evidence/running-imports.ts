import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { AnalyticsDamaged } from '../analytics/damage.ts'
import { ok, type Result } from '../base/result.ts'
import { asInstallation } from '../base/tenant.ts'
import { inLongWork } from '../database/patience.ts'
import type { EvidenceFailure } from './failure.ts'
import type { EvidenceContext, ImportJob } from './import-job.ts'
import type { Live } from './import-store.ts'
import type { LoadProgress } from './load-file.ts'
import { carryOut, openImport } from './run-import.ts'

interface Running extends LoadProgress {
  readonly startedMs: number
  readonly fileBytes: number
}

interface Started {
  readonly importId: string
  readonly work: Promise<void>
}

/** Imports that run in this process, and other work that must end before the stores close. */
export interface RunningImports {
  start(job: ImportJob): Promise<Result<Started, EvidenceFailure>>
  /** figures of one that runs */
  live(importId: string): Live | undefined
  track(work: Promise<void>): void
  settle(): Promise<void>
}

export function runningImports(context: EvidenceContext): RunningImports {
  const running = new Map<string, Running>()
  const works = new Set<Promise<void>>()
  const track = (work: Promise<void>): void => {
    works.add(work)
    void work.finally(() => works.delete(work)).catch(() => undefined)
  }
  return {
    start: async (job) => {
      // Before there is a record: acknowledged means that it is in place.
      const damage = context.condition?.damage()
      if (damage) throw new AnalyticsDamaged(damage)
      const importId = randomUUID()
      const opened = await openImport(context, importId, job)
      if (!opened.ok) return opened
      const { fileBytes } = opened.value
      const progress: Running = { bytesRead: 0, rowsRead: 0, startedMs: performance.now(), fileBytes }
      running.set(importId, progress)
      const work = asInstallation(() =>
        inLongWork(() => carryOut(context, importId, job, opened.value, progress)),
      ).finally(async () => {
        running.delete(importId)
        if (job.isUpload) await rm(job.filePath, { force: true })
      })
      track(work)
      return ok({ importId, work })
    },
    live: (importId) => {
      const progress = running.get(importId)
      return progress && liveOf(progress)
    },
    track,
    settle: async () => void (await Promise.allSettled(works)),
  }
}

function liveOf(progress: Running): Live {
  const seconds = (performance.now() - progress.startedMs) / 1000
  const share = Math.min(progress.bytesRead / Math.max(progress.fileBytes, 1), 1)
  return {
    progress: share,
    rowsRead: progress.rowsRead,
    rowsPerSecond: seconds > 0 ? progress.rowsRead / seconds : null,
    remainingSeconds: share > 0 ? (seconds / share) * (1 - share) : null,
  }
}
