import { colorOf, initialsOf } from "./colors";

export function Avatar({ user, name }: { user: string; name: string }) {
  return (
    <span className="avatar" style={{ backgroundColor: colorOf(user) }} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
