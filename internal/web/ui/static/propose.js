// The last day of a certificate or batch follows the day on which it begins, as
// long as nobody writes another. Without this file the server proposes it.
"use strict";

{
  const months = Number(document.querySelector("[name=_months]")?.value);
  const days = Number(document.querySelector("[name=_shelf]")?.value);
  const begin = document.querySelector(days ? "[name=production]" : "[name=issued]");
  const end = document.querySelector(days ? "[name=expiry]" : "[name=validUntil]");

  const proposal = () => {
    const day = new Date(begin.value + "T00:00:00Z");
    if (Number.isNaN(day.getTime())) return "";
    if (days) {
      day.setUTCDate(day.getUTCDate() + days);
    } else {
      const date = day.getUTCDate();
      day.setUTCMonth(day.getUTCMonth() + months);
      // the eve of the same day, or the last day of a month that lacks it
      day.setUTCDate(day.getUTCDate() === date ? date - 1 : 0);
    }
    return day.toISOString().slice(0, 10);
  };

  if (begin && end && (days || months)) {
    let last = proposal();
    begin.addEventListener("change", () => {
      const untouched = end.value === "" || end.value === last;
      last = proposal();
      if (untouched && last) end.value = last;
    });
  }
}
