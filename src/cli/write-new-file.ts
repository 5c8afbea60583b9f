import { open, rm } from 'node:fs/promises'
import type { CommandContext } from './command-line.ts'

/** A file made for this command and not filled yet. */
export interface NewFile {
  fill(content: string | Uint8Array): Promise<void>
  /** takes the empty file away again */
  drop(): Promise<void>
}

/**
 * Makes a file that was not there, readable by its owner only, before the work begins whose result goes into it: nothing
 * is overwritten, and no key is drawn that could not be kept. `refused`: the reason was told.
 */
export async function writeNewFile({ talk }: Pick<CommandContext, 'talk'>, path: string): Promise<NewFile | 'refused'> {
  try {
    const file = await open(path, 'wx', 0o600)
    return {
      fill: async (content) => {
        await file.writeFile(content)
        await file.sync()
        await file.close()
      },
      drop: async () => {
        await file.close()
        await rm(path, { force: true })
      },
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    talk(
      code === 'EEXIST'
        ? `檔案已存在，未覆寫；請換一個檔名。 ${path} exists and was not overwritten; choose another name.\n`
        : `無法寫入檔案（${code}）；請確認資料夾與權限。 ${path} cannot be written (${code}); check the folder and its rights.\n`,
    )
    return 'refused'
  }
}
