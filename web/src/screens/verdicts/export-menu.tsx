import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { useText } from '../../text/setup-text.ts'

/** The filtered rows as a file. Says beforehand that taking them is recorded. */
export function ExportMenu({ search }: { readonly search: string }) {
  const { t } = useText()
  const save = (format: string) => {
    const link = document.createElement('a')
    link.href = `/api/verdicts/export?format=${format}${search ? `&${search}` : ''}`
    link.download = ''
    link.click()
  }
  return (
    <MenuTrigger>
      <Button className="btn">{t('verdicts.export')} ▾</Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" onAction={(format) => save(String(format))}>
          <MenuItem id="csv" className="menu-item">
            CSV
          </MenuItem>
          <MenuItem id="ods" className="menu-item" textValue="ODS">
            ODS
            <span className="text-faint text-[12.5px]">{t('verdicts.odsNote')}</span>
          </MenuItem>
        </Menu>
        <p className="menu-head border-t border-line2 m-0 pb-2">{t('verdicts.exportNote')}</p>
      </Popover>
    </MenuTrigger>
  )
}
