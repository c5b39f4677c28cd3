export function vendor(): string;
