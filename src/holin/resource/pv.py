"""Sun to power: plane of array, cell temperature, modules, inverter; tracking, bifacial and snow gains.

Each step is pvlib's; the order is that of PVWatts v5 (Dobos, NREL/TP-6A20-62641, 2014) with shading, reflection and
rear side added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pvlib
from numpy.typing import NDArray

from holin.calendar import Times
from holin.park import PvPlant, Tracking
from holin.resource.gaps import no_gaps
from holin.resource.sky import SunPosition, sun_position

Floats = NDArray[np.float64]

ALBEDO_OF_SNOW = 0.7
"""Between old (0.55) and fresh snow (0.85): Iqbal, An Introduction to Solar Radiation, 1983, table 11.2."""

HORIZON_DEG = 90.0
TRACKER_LIMIT_DEG = 60.0
STC_W_PER_M2 = 1000.0
STC_CELL_C = 25.0
ROW_HEIGHT_TO_WIDTH = 0.75
"""Height of the rows' middle / module width: 1.5 m for two modules upright, or a tracker's torque tube."""


@dataclass(frozen=True, kw_only=True)
class Plane:
    """Where the modules look in each hour, in degrees; azimuth from north, clockwise."""

    surface_tilt_deg: Floats
    surface_azimuth_deg: Floats
    angle_of_incidence_deg: Floats


def pv_power(
    time: Times,
    plant: PvPlant,
    *,
    latitude: float,
    longitude: float,
    ghi: Floats,
    dni: Floats,
    dhi: Floats,
    temp_air_c: Floats,
    wind_speed_m_per_s: Floats,
    snow: Floats,
) -> Floats:
    """Return a plant's available AC power in MW, shape (time,), for hours that start at `time` (UTC).

    Irradiances in W/m2, air temperature in degC, wind at about 10 m in m/s, snow cover 0..1. The power is that of the
    sun in the middle of the hour. Raises Mismatch where a value is missing.
    """
    no_gaps(ghi=ghi, dni=dni, dhi=dhi, temp_air_c=temp_air_c, wind_speed_m_per_s=wind_speed_m_per_s, snow=snow)
    sun = sun_position(time, latitude=latitude, longitude=longitude)
    albedo = plant.albedo + np.maximum(ALBEDO_OF_SNOW - plant.albedo, 0.0) * snow
    poa = poa_global(plant, sun, ghi=ghi, dni=dni, dhi=dhi, albedo=albedo)
    temp_cell = cell_temperature_c(poa, temp_air_c=temp_air_c, wind_speed_m_per_s=wind_speed_m_per_s)
    return inverter_power_mw(plant, module_power_mw(plant, poa, temp_cell))


def plane_of(plant: PvPlant, sun: SunPosition) -> Plane:
    """Return where the modules look: fixed, or turned about one axis with backtracking.

    Source: Lorenzo, Narvarte and Munoz, Prog. Photovolt. 19 (2011) 747; Anderson and Mikofski, NREL/TP-5K00-76626.
    """
    if plant.tracking is Tracking.FIXED:
        tilt = np.full(len(sun.zenith_deg), plant.surface_tilt_deg)
        azimuth = np.full(len(sun.zenith_deg), plant.surface_azimuth_deg)
    else:
        turned = pvlib.tracking.singleaxis(
            sun.apparent_zenith_deg,
            sun.azimuth_deg,
            axis_azimuth=plant.surface_azimuth_deg,
            max_angle=TRACKER_LIMIT_DEG,
            backtrack=True,
            gcr=plant.ground_coverage,
        )
        # Below the horizon there is no angle to turn to; the modules wait flat.
        tilt = np.nan_to_num(np.asarray(turned["surface_tilt"], dtype=float), nan=0.0)
        azimuth = np.nan_to_num(np.asarray(turned["surface_azimuth"], dtype=float), nan=plant.surface_azimuth_deg)
    incidence = pvlib.irradiance.aoi(tilt, azimuth, sun.apparent_zenith_deg, sun.azimuth_deg)
    return Plane(surface_tilt_deg=tilt, surface_azimuth_deg=azimuth, angle_of_incidence_deg=np.asarray(incidence))


def poa_global(plant: PvPlant, sun: SunPosition, *, ghi: Floats, dni: Floats, dhi: Floats, albedo: Floats) -> Floats:
    """Return the irradiance that counts on the modules in W/m2: front after reflection and row shade, plus rear.

    Sky diffuse after Perez et al., Solar Energy 44 (1990) 271; reflection at the glass after De Soto, Klein and
    Beckman, Solar Energy 80 (2006) 78; rear side after Mikofski, Darawali, Hamer, Neubert and Newmiller (infinite
    sheds, PVSC 2019), times `bifaciality`.
    """
    plane = plane_of(plant, sun)
    front = pvlib.irradiance.get_total_irradiance(
        plane.surface_tilt_deg,
        plane.surface_azimuth_deg,
        sun.apparent_zenith_deg,
        sun.azimuth_deg,
        dni=dni,
        ghi=ghi,
        dhi=dhi,
        dni_extra=pvlib.irradiance.get_extra_radiation(sun.middle.day_of_year.to_numpy()),
        airmass=pvlib.atmosphere.get_relative_airmass(sun.apparent_zenith_deg),
        albedo=albedo,
        model="perez",
    )
    through_glass = np.nan_to_num(np.asarray(pvlib.iam.physical(plane.angle_of_incidence_deg), dtype=float), nan=0.0)
    beam = np.asarray(front["poa_direct"], dtype=float) * through_glass * (1 - row_shade(plant, sun))
    # Perez gives no number where the sun is down; there the sky's diffuse light is the night's: none.
    total = beam + np.nan_to_num(np.asarray(front["poa_diffuse"], dtype=float), nan=0.0)
    if plant.bifaciality > 0:
        total = total + plant.bifaciality * rear_irradiance(plant, plane, sun, ghi=ghi, dni=dni, dhi=dhi, albedo=albedo)
    return np.where(sun.zenith_deg < HORIZON_DEG, np.maximum(total, 0.0), 0.0)


def row_shade(plant: PvPlant, sun: SunPosition) -> Floats:
    """Return the share of fixed rows in the shade of the row before, 0..1; backtracking trackers have none.

    Source: Anderson and Jensen, J. Renewable Sustainable Energy 16 (2024) 023504.
    """
    if plant.tracking is not Tracking.FIXED or plant.surface_tilt_deg == 0:
        return np.zeros(len(sun.zenith_deg))
    shaded = pvlib.shading.shaded_fraction1d(
        sun.apparent_zenith_deg,
        sun.azimuth_deg,
        axis_azimuth=plant.surface_azimuth_deg - 90,
        shaded_row_rotation=plant.surface_tilt_deg,
        collector_width=plant.ground_coverage,
        pitch=1.0,
    )
    return np.asarray(np.nan_to_num(shaded, nan=0.0), dtype=float)


def rear_irradiance(
    plant: PvPlant, plane: Plane, sun: SunPosition, *, ghi: Floats, dni: Floats, dhi: Floats, albedo: Floats
) -> Floats:
    """Return the irradiance on the modules' rear in W/m2, by the infinite-sheds model with isotropic sky."""
    up = sun.zenith_deg < HORIZON_DEG
    rear = np.zeros(len(up))
    if up.any():
        found = pvlib.bifacial.infinite_sheds.get_irradiance_poa(
            180 - plane.surface_tilt_deg[up],
            (plane.surface_azimuth_deg[up] + 180) % 360,
            sun.apparent_zenith_deg[up],
            sun.azimuth_deg[up],
            plant.ground_coverage,
            ROW_HEIGHT_TO_WIDTH * plant.ground_coverage,
            1.0,
            ghi[up],
            dhi[up],
            dni[up],
            albedo[up],
            model="isotropic",
        )
        rear[up] = np.nan_to_num(np.asarray(found["poa_global"], dtype=float), nan=0.0)
    return rear


def cell_temperature_c(poa: Floats, *, temp_air_c: Floats, wind_speed_m_per_s: Floats) -> Floats:
    """Return the cells' temperature in degC, T_air + G / (25 + 6.84 v).

    Source: Faiman, Prog. Photovolt. 16 (2008) 307; the cell is taken as warm as the module.
    """
    return np.asarray(pvlib.temperature.faiman(poa, temp_air_c, wind_speed_m_per_s), dtype=float)


def module_power_mw(plant: PvPlant, poa: Floats, temp_cell_c: Floats) -> Floats:
    """Return the modules' DC power in MW, P_dc G/1000 (1 + gamma (T - 25)) (1 - system loss).

    Source: PVWatts v5, NREL/TP-6A20-62641, section 8.
    """
    per_unit = poa / STC_W_PER_M2 * (1 + plant.temperature_coefficient_per_k * (temp_cell_c - STC_CELL_C))
    return np.asarray(plant.p_dc_mw * np.maximum(per_unit, 0.0) * (1 - plant.system_loss), dtype=float)


def inverter_power_mw(plant: PvPlant, p_dc_mw: Floats) -> Floats:
    """Return AC power in MW, clipped at `p_nom_mw`, from DC power in MW.

    eta = eta_nom / 0.9637 (-0.0162 x - 0.0059 / x + 0.9858), x the DC load; source: PVWatts v5, eq. 9 to 12.
    """
    rating = plant.p_nom_mw / plant.inverter_efficiency
    power = pvlib.inverter.pvwatts(p_dc_mw, rating, eta_inv_nom=plant.inverter_efficiency)
    return np.asarray(np.maximum(power, 0.0), dtype=float)
