import { noKeys, type CommandSpec, type Handler } from '../node/command-spec'
import { helpCommand } from './help'
import * as actions from './sentinel-actions'
import * as settings from './sentinel-settings'
import * as views from './sentinel-views'

const acl = ['admin', 'slow', 'dangerous'] as const

function subcommand(name: string, summary: string, arity: number, run: Handler): CommandSpec {
  return { name, summary, arity, flags: ['admin', 'only_sentinel'], acl, keys: noKeys, run }
}

/** Of a node in Sentinel mode alone. */
export const sentinelCommands = [
  {
    name: 'sentinel',
    summary: 'A container for Sentinel commands',
    arity: -2,
    flags: ['admin', 'only_sentinel'],
    acl,
    keys: noKeys,
    subcommands: [
      subcommand('ckquorum', 'Check for a Sentinel quorum', 3, views.ckquorum),
      subcommand('config', 'Configure Sentinel', -3, settings.config),
      subcommand('debug', 'List or update the current configurable parameters', -2, settings.debug),
      subcommand('failover', 'Force a failover', 3, actions.failover),
      subcommand('flushconfig', 'Rewrite configuration file', 2, actions.flushconfig),
      subcommand('get-master-addr-by-name', 'Get port and address of a master', 3, views.getMasterAddrByName),
      helpCommand(
        'sentinel',
        ['slow'],
        [
          'CKQUORUM <master-name>',
          '    Check if the current Sentinel configuration is able to reach the quorum',
          '    needed to failover a master and the majority needed to authorize the',
          '    failover.',
          'CONFIG SET <param> <value>',
          '    Set a global Sentinel configuration parameter.',
          'CONFIG GET <param>',
          '    Get global Sentinel configuration parameter.',
          'DEBUG [<param> <value> ...]',
          '    Show a list of configurable time parameters and their values (milliseconds).',
          '    Or update current configurable parameters values (one or more).',
          'GET-MASTER-ADDR-BY-NAME <master-name>',
          '    Return the ip and port number of the master with that name.',
          'FAILOVER <master-name>',
          '    Manually failover a master node without asking for agreement from other',
          '    Sentinels',
          'FLUSHCONFIG',
          '    Force Sentinel to rewrite its configuration on disk, including the current',
          '    Sentinel state.',
          'INFO-CACHE <master-name>',
          '    Return last cached INFO output from masters and all its replicas.',
          'IS-MASTER-DOWN-BY-ADDR <ip> <port> <current-epoch> <runid>',
          "    Check if the master specified by ip:port is down from current Sentinel's",
          '    point of view.',
          'MASTER <master-name>',
          '    Show the state and info of the specified master.',
          'MASTERS',
          '    Show a list of monitored masters and their state.',
          'MONITOR <name> <ip> <port> <quorum>',
          '    Start monitoring a new master with the specified name, ip, port and quorum.',
          'MYID',
          '    Return the ID of the Sentinel instance.',
          'PENDING-SCRIPTS',
          '    Get pending scripts information.',
          'REMOVE <master-name>',
          "    Remove master from Sentinel's monitor list.",
          'REPLICAS <master-name>',
          '    Show a list of replicas for this master and their state.',
          'RESET <pattern>',
          '    Reset masters for specific master name matching this pattern.',
          'SENTINELS <master-name>',
          '    Show a list of Sentinel instances for this master and their state.',
          'SET <master-name> <option> <value> [<option> <value> ...]',
          '    Set configuration parameters for certain masters.',
          'SIMULATE-FAILURE [CRASH-AFTER-ELECTION] [CRASH-AFTER-PROMOTION] [HELP]',
          '    Simulate a Sentinel crash.',
        ],
      ),
      subcommand('info-cache', 'Get cached INFO from the instances in the deployment', -3, views.infoCache),
      subcommand('is-master-down-by-addr', 'Check if a master is down', 6, actions.isMasterDownByAddr),
      subcommand('master', 'Shows the state of a master', 3, views.master),
      subcommand('masters', 'List the monitored masters', 2, views.masters),
      subcommand('monitor', 'Start monitoring', 6, actions.monitor),
      subcommand('myid', 'Get the Sentinel instance ID', 2, views.myid),
      subcommand('pending-scripts', 'Get information about pending scripts', 2, views.pendingScripts),
      subcommand('remove', 'Stop monitoring', 3, actions.remove),
      subcommand('replicas', 'List the monitored replicas', 3, views.replicas),
      subcommand('reset', 'Reset masters by name pattern', 3, actions.reset),
      subcommand('sentinels', 'List the Sentinel instances', 3, views.sentinels),
      subcommand('set', 'Change the configuration of a monitored master', -5, settings.set),
      subcommand('simulate-failure', 'Simulate failover scenarios', -3, actions.simulateFailure),
      subcommand('slaves', 'List the monitored slaves', 3, views.replicas),
    ],
  },
] as const satisfies readonly CommandSpec[]
