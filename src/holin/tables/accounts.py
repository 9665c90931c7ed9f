"""Tables of the accounts: metered energy, where it came from, what it emitted."""

from __future__ import annotations

from holin.tables.schema import table_schema

METERED = table_schema(
    "metered",
    "what the meters say of each device and interval, repaired and judged; `device_kind` is the park table of a device",
    energy_out_wh=("time device", "Wh", "energy out of the device into the network, a whole number >= 0; NaN: unknown"),
    energy_in_wh=("time device", "Wh", "energy into the device, a whole number >= 0; NaN: unknown"),
    coverage=("time device", "1", "share of the interval with good readings, 0..1"),
    flags=("time device", "1", "sum of the flags that hold (`holin.metering.Flag`): what was repaired or is doubtful"),
    certifiable=("time device", "1", "1 where the energy is good, whole and neither estimated nor doubtful; else 0"),
)

TRACE = table_schema(
    "trace",
    "where each user's power came from, by proportional sharing on the solved AC flows; count: physical",
    energy_mwh=("time source sink", "MWh", "energy of the source used by the sink, at the sink's bus"),
    loss_mwh=("time source sink", "MWh", "network losses assigned to that delivery"),
    content_mwh=("time storage source", "MWh", "energy of the source in the storage at the end of the hour"),
    storage_loss_mwh=("time storage source", "MWh", "energy of the source lost in the storage in the hour"),
    discharge_mwh=("time storage source", "MWh", "energy of the source discharged in the hour, at the storage's bus"),
    from_storage_mwh=("time storage sink", "MWh", "part of the sink's energy and loss that came out of the storage"),
    from_storage_loss_mwh=("time storage sink", "MWh", "what of that is network loss"),
)

CARBON = table_schema(
    "carbon",
    "carbon of each user, hour by hour; two counts side by side, never mixed",
    intensity_traced_t_per_mwh=("time sink", "t/MWh", "CO2 of the traced sources per MWh used, losses included"),
    intensity_location_t_per_mwh=(
        "time sink",
        "t/MWh",
        "average of all energy fed into the park's network in the hour",
    ),
    traced_t=("time sink", "t", "CO2 by tracing"),
    location_t=("time sink", "t", "CO2 by the park's hourly average"),
    green_share=("time sink", "1", "renewable share of the traced energy"),
)

SCOPES = table_schema(
    "scopes",
    "greenhouse gases by scope, user by user and hour by hour; three counts of the power bought, never mixed",
    used_mwh=("time user", "MWh", "energy at the user's bus"),
    loss_mwh=("time user", "MWh", "network losses that tracing assigns to it; in the traced count only"),
    own_mwh=("time user", "MWh", "part of it that the owner's own units feed in within the hour"),
    own_fired_mwh=("time user", "MWh", "part of that from units that burn fuel"),
    own_t=("time user", "t", "CO2 of that part; it is scope 1 of the owner, and in no scope 2"),
    own_traced_t=("time user", "t", "CO2 of the owner's own units in the power used, by tracing; likewise"),
    covered_mwh=("time user", "MWh", "energy that retired certificates cover"),
    scope_2_location_t=("time user", "t", "scope 2, location-based: the public grid's average on what is not own"),
    scope_2_market_t=("time user", "t", "scope 2, market-based: the residual mix on what no certificate covers"),
    scope_2_traced_t=("time user", "t", "CO2 by physical tracing, network losses included, of units of others"),
    power_location_t_per_mwh=("time user", "t/MWh", "all power used, own included, location-based; NaN without use"),
    power_market_t_per_mwh=("time user", "t/MWh", "all power used, own included, market-based; NaN without use"),
    power_traced_t_per_mwh=("time user", "t/MWh", "all power used, own included, by tracing; NaN without use"),
    metal_t=("time potline", "t", "metal made"),
    scope_1_anode_t=("time potline", "t", "CO2 of the anodes"),
    scope_1_pfc_t=("time potline", "t", "CO2e of CF4 and C2F6"),
    scope_1_power_t=("time owner", "t", "CO2 of the fuel that the owner's units burn, for whomever the power is"),
    claimed_mwh=("time owner", "MWh", "certificates retired for the hour, by hour of production"),
    excess_mwh=("time owner", "MWh", "part of them beyond what they may cover: it counts for nothing"),
    location_t_per_mwh=("time", "t/MWh", "average of the public grid that counts in the hour"),
    residual_t_per_mwh=("time", "t/MWh", "residual mix that counts in the hour"),
)

MARGINAL = table_schema(
    "marginal",
    "what one MWh more at a bus would emit, by the optimal basis of the dispatch",
    marginal_t_per_mwh=("time bus", "t/MWh", "change of all CO2 of units and import per MWh more taken at the bus"),
    shadow_price_per_mwh=("time bus", "currency/MWh", "what it would cost, by the same basis"),
    one_more=("time bus", "1", "1 where the next MWh more is met in this way; 0 where another way takes over at once"),
    one_less=("time bus", "1", "1 where the next MWh less saves it in this way; 0 where another way takes over"),
)
