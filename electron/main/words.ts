import type { Settings } from '../../shared/contract'

/**
 * What main itself says: the menu and the open dialog. The window's words stand in renderer/locales.
 */
export type Locale = 'en' | 'zh-CN'

/** The language to speak: the user's choice, else the system's where we have it. */
export function localeOf(language: Settings['language'], systemLocale: string): Locale {
  if (language !== 'system') return language
  return /^zh\b/i.test(systemLocale) ? 'zh-CN' : 'en'
}

export interface Words {
  readonly file: string
  readonly open: string
  readonly chatRoom: string
  readonly settings: string
  readonly quit: string
  readonly edit: string
  readonly undo: string
  readonly redo: string
  readonly cut: string
  readonly copy: string
  readonly paste: string
  readonly selectAll: string
  readonly run: string
  readonly pause: string
  readonly step: string
  readonly restart: string
  readonly stop: string
  readonly view: string
  readonly palette: string
  readonly resetZoom: string
  readonly zoomIn: string
  readonly zoomOut: string
  readonly fullScreen: string
  readonly reload: string
  readonly developerTools: string
  readonly window: string
  readonly minimize: string
  readonly close: string
  readonly help: string
  readonly shortcuts: string
  readonly about: string
  readonly hide: string
  readonly hideOthers: string
  readonly showAll: string
  readonly scenarios: string
}

export const words: Readonly<Record<Locale, Words>> = {
  en: {
    file: '&File',
    open: '&Open Scenario…',
    chatRoom: 'Open &Chat Room',
    settings: '&Settings…',
    quit: '&Quit Eventyard',
    edit: '&Edit',
    undo: '&Undo',
    redo: '&Redo',
    cut: 'Cu&t',
    copy: '&Copy',
    paste: '&Paste',
    selectAll: 'Select &All',
    run: '&Run',
    pause: '&Pause or Resume',
    step: 'Step to &Next Event',
    restart: '&Restart',
    stop: '&Stop',
    view: '&View',
    palette: '&Command Palette…',
    resetZoom: 'A&ctual Size',
    zoomIn: 'Zoom &In',
    zoomOut: 'Zoom &Out',
    fullScreen: '&Full Screen',
    reload: '&Reload Window',
    developerTools: '&Developer Tools',
    window: '&Window',
    minimize: '&Minimize',
    close: '&Close',
    help: '&Help',
    shortcuts: '&Keyboard Shortcuts',
    about: '&About Eventyard',
    hide: 'Hide Eventyard',
    hideOthers: 'Hide Others',
    showAll: 'Show All',
    scenarios: 'Eventyard scenarios',
  },
  'zh-CN': {
    file: '文件(&F)',
    open: '打开场景…(&O)',
    chatRoom: '打开聊天室(&C)',
    settings: '设置…(&S)',
    quit: '退出 Eventyard(&Q)',
    edit: '编辑(&E)',
    undo: '撤销(&U)',
    redo: '重做(&R)',
    cut: '剪切(&T)',
    copy: '复制(&C)',
    paste: '粘贴(&P)',
    selectAll: '全选(&A)',
    run: '运行(&R)',
    pause: '暂停或继续(&P)',
    step: '单步到下一事件(&N)',
    restart: '重新开始(&R)',
    stop: '停止(&S)',
    view: '视图(&V)',
    palette: '命令面板…(&C)',
    resetZoom: '实际大小(&C)',
    zoomIn: '放大(&I)',
    zoomOut: '缩小(&O)',
    fullScreen: '全屏(&F)',
    reload: '重新加载窗口(&R)',
    developerTools: '开发者工具(&D)',
    window: '窗口(&W)',
    minimize: '最小化(&M)',
    close: '关闭(&C)',
    help: '帮助(&H)',
    shortcuts: '键盘快捷键(&K)',
    about: '关于 Eventyard(&A)',
    hide: '隐藏 Eventyard',
    hideOthers: '隐藏其他',
    showAll: '全部显示',
    scenarios: 'Eventyard 场景',
  },
}
