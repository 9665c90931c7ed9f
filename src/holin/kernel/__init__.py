"""Arrays only, no word of parks: sparse elimination, power flow in lanes, linear problems for HiGHS."""

from holin.kernel.compiled import keep_compiled

keep_compiled()
