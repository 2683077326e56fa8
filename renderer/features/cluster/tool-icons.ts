import {
  Clock,
  Mail,
  HardDrive,
  Pause,
  Power,
  RotateCw,
  Scissors,
  Snail,
  Split,
  SquarePower,
  Timer,
  Unplug,
  Zap,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { ToolName } from './tools'

export const toolIcons: Readonly<Record<ToolName, Component>> = {
  kill: Power,
  power: Zap,
  stop: SquarePower,
  pause: Pause,
  restart: RotateCw,
  cut: Scissors,
  delay: Timer,
  drop: Unplug,
  flight: Mail,
  partition: Split,
  'fill-disk': HardDrive,
  'slow-disk': Snail,
  skew: Clock,
}
