import { DropZone, FileTrigger, Text } from 'react-aria-components'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'

interface Props {
  readonly isDisabled: boolean
  readonly fileName: string | undefined
  readonly onFile: (file: File) => void
}

/** One file, chosen or dropped. */
export function FileDrop({ isDisabled, fileName, onFile }: Props) {
  const { t } = useText()
  return (
    <DropZone
      className="drop"
      isDisabled={isDisabled}
      onDrop={async ({ items }) => {
        const dropped = items.find((item) => item.kind === 'file')
        if (dropped) onFile(await dropped.getFile())
      }}
    >
      <Text slot="label">{fileName ?? t('imports.dropHere')}</Text>
      <FileTrigger
        acceptedFileTypes={['.csv', '.tsv', '.txt', '.jsonl', '.xlsx', '.ods', '.gz', '.zip']}
        onSelect={(files) => {
          const file = files?.item(0)
          if (file) onFile(file)
        }}
      >
        <Button isDisabled={isDisabled}>{t('imports.choose')}</Button>
      </FileTrigger>
      <span className="text-faint text-[13px] text-balance">{t('imports.formats')}</span>
    </DropZone>
  )
}
