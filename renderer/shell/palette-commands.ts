import {
  CircleStop,
  Database,
  FolderOpen,
  Keyboard,
  Languages,
  Pause,
  PackagePlus,
  Play,
  RotateCcw,
  ScrollText,
  Settings,
  SquareTerminal,
  StepForward,
  SunMoon,
  Undo2,
  UserPlus,
  Users,
  Waypoints,
} from '@lucide/vue'
import type { Component } from 'vue'
import { useI18n } from 'vue-i18n'
import { useOpenScenario } from '../composables/use-open-scenario'
import { useRun } from '../stores/run'
import { useScenarios } from '../stores/scenarios'
import { useSelection } from '../stores/selection'
import { useSettings } from '../stores/settings'
import { useUi } from '../stores/ui'
import { useUndo } from '../stores/undo'
import { useTrace } from '../trace/trace-feed'
import { textOf } from '../../shared/bytes'

export interface PaletteCommand {
  readonly id: string
  readonly title: string
  readonly keys?: string
  readonly icon: Component
  readonly run: () => unknown
}

/** Everything that can be done now, by its words. What cannot be done is not in the list. */
export function usePaletteCommands(): () => PaletteCommand[] {
  const { t } = useI18n()
  const ui = useUi()
  const run = useRun()
  const undo = useUndo()
  const settings = useSettings()
  const scenarios = useScenarios()
  const selection = useSelection()
  const trace = useTrace()
  const { openBuiltIn, openFile } = useOpenScenario()

  function ofRun(): PaletteCommand[] {
    if (!run.isOpen) return []
    const always = [
      { id: 'restart', title: t('palette.restart'), keys: 'Home', icon: RotateCcw, run: () => run.restart() },
      { id: 'close', title: t('shell.closeRun'), icon: CircleStop, run: () => run.close() },
    ]
    if (!run.canAct) return always
    const time = [
      {
        id: 'toggle',
        title: t(run.isRunning ? 'transport.pause' : 'transport.play'),
        keys: 'Space',
        icon: run.isRunning ? Pause : Play,
        run: () => run.toggle(),
      },
      { id: 'step', title: t('transport.step'), keys: '.', icon: StepForward, run: () => run.step() },
    ]
    return [
      ...(run.canSteer ? time : []),
      { id: 'add', title: t('addActor.title'), keys: 'A', icon: UserPlus, run: () => (ui.dialog = 'add-actor') },
      {
        id: 'add-resource',
        title: t('addResource.title'),
        keys: 'N',
        icon: PackagePlus,
        run: () => (ui.dialog = 'add-resource'),
      },
      ...always,
    ]
  }

  function places(): PaletteCommand[] {
    if (!run.isOpen) return []
    const { actors, channels } = trace.model.value
    const show = () => (ui.view = 'playground')
    return [
      ...[...actors.values()]
        .filter((actor) => !actor.hasLeft)
        .map(({ name, role }) => ({
          id: `actor ${name}`,
          title: t('palette.select', { what: name, kind: t(`roles.${role}`) }),
          icon: Users,
          run: () => (show(), selection.select({ kind: 'actor', name })),
        })),
      ...[...channels.keys()].map((name) => ({
        id: `channel ${name}`,
        title: t('palette.select', { what: textOf(name), kind: t('roles.channel') }),
        icon: Waypoints,
        run: () => (show(), selection.select({ kind: 'channel', name })),
      })),
    ]
  }

  return () => [
    ...ofRun(),
    ...(undo.next
      ? [
          {
            id: 'undo',
            title: t('palette.undo', { what: undo.next.label }),
            keys: 'Ctrl Z',
            icon: Undo2,
            run: () => undo.undo(),
          },
        ]
      : []),
    ...scenarios.list.map(({ id, name }) => ({
      id: `scenario ${id}`,
      title: t('palette.start', { name }),
      icon: Play,
      run: () => openBuiltIn(id),
    })),
    { id: 'open', title: t('start.open.title'), icon: FolderOpen, run: openFile },
    {
      id: 'playground',
      title: t('rail.playground'),
      keys: 'G P',
      icon: Waypoints,
      run: () => (ui.view = 'playground'),
    },
    { id: 'scenarios', title: t('rail.scenarios'), keys: 'G S', icon: ScrollText, run: () => (ui.view = 'scenarios') },
    { id: 'data', title: t('rail.data'), keys: 'G D', icon: Database, run: () => (ui.view = 'data') },
    { id: 'console', title: t('rail.console'), keys: 'G C', icon: SquareTerminal, run: () => (ui.view = 'console') },
    { id: 'settings', title: t('rail.settings'), icon: Settings, run: () => (ui.view = 'settings') },
    {
      id: 'theme',
      title: t(settings.theme === 'dark' ? 'shell.theme_light' : 'shell.theme_dark'),
      icon: SunMoon,
      run: () => settings.change({ theme: settings.theme === 'dark' ? 'light' : 'dark' }),
    },
    {
      id: 'language',
      title: t('palette.language'),
      icon: Languages,
      run: () => settings.change({ language: settings.locale === 'en' ? 'zh-CN' : 'en' }),
    },
    { id: 'shortcuts', title: t('shortcuts.title'), keys: '?', icon: Keyboard, run: () => (ui.dialog = 'shortcuts') },
    ...places(),
  ]
}

/** Whether the words typed occur in a title, in any order. */
export function matchesWords(title: string, typed: string): boolean {
  const text = title.toLowerCase()
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
