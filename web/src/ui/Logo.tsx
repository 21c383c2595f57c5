export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M8 12.5 16 8l8 4.5M10.5 14v8M16 14v8m5.5-8v8M8 24.5h16" />
    </svg>
  );
}
