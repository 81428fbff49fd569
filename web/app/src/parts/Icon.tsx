import type { JSX } from "preact";
import {
  ArrowDown,
  ArrowLeft,
  ArrowUp,
  Ban,
  Bell,
  BellOff,
  Check,
  CheckCheck,
  ChevronDown,
  CircleAlert,
  Clock,
  Compass,
  Copy,
  Crown,
  Download,
  Ellipsis,
  Eye,
  EyeOff,
  Globe,
  Info,
  Laptop,
  Link,
  Lock,
  LogOut,
  MailOpen,
  Megaphone,
  MessageSquare,
  Palette,
  Pencil,
  Plus,
  Reply,
  Search,
  SendHorizontal,
  Settings,
  Shield,
  ShieldOff,
  SmilePlus,
  Smile,
  SquarePen,
  Trash2,
  User,
  UserMinus,
  UserPlus,
  Users,
  WifiOff,
  X,
  AtSign,
} from "lucide";

const ICONS = {
  down: ArrowDown,
  up: ArrowUp,
  back: ArrowLeft,
  ban: Ban,
  bell: Bell,
  muted: BellOff,
  check: Check,
  checks: CheckCheck,
  expand: ChevronDown,
  alert: CircleAlert,
  clock: Clock,
  discover: Compass,
  copy: Copy,
  owner: Crown,
  download: Download,
  more: Ellipsis,
  show: Eye,
  hide: EyeOff,
  public: Globe,
  info: Info,
  device: Laptop,
  link: Link,
  lock: Lock,
  signOut: LogOut,
  unread: MailOpen,
  broadcast: Megaphone,
  message: MessageSquare,
  look: Palette,
  edit: Pencil,
  plus: Plus,
  reply: Reply,
  search: Search,
  send: SendHorizontal,
  settings: Settings,
  admin: Shield,
  demote: ShieldOff,
  react: SmilePlus,
  emoji: Smile,
  compose: SquarePen,
  delete: Trash2,
  user: User,
  remove: UserMinus,
  add: UserPlus,
  group: Users,
  offline: WifiOff,
  close: X,
  mention: AtSign,
} as const;
export type IconName = keyof typeof ICONS;

/** These point along the line of writing, so they turn where it runs from right to left. */
const DIRECTED: readonly IconName[] = ["back", "reply", "send", "signOut"];

/** A line icon. It says nothing to a screen reader: the words stand beside it or on its button. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      class={DIRECTED.includes(name) ? "icon icon-directed" : "icon"}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {ICONS[name].map(([Tag, attributes], index) => {
        const Shape = Tag as "path";
        return <Shape key={index} {...(attributes as object)} />;
      })}
    </svg>
  );
}
