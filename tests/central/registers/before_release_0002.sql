BEGIN TRANSACTION;
CREATE TABLE alarms (
	station TEXT NOT NULL,
	seq INTEGER NOT NULL,
	alarm TEXT NOT NULL,
	raised_at DATETIME NOT NULL,
	cleared_at DATETIME,
	PRIMARY KEY (station, seq),
	FOREIGN KEY(station) REFERENCES stations (station)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE audit (
	id INTEGER NOT NULL,
	at DATETIME NOT NULL,
	who TEXT NOT NULL,
	action TEXT NOT NULL,
	subject TEXT NOT NULL,
	detail JSON NOT NULL,
	PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,'2026-03-04 10:00:00.000000','desk','enrolled','75011-0042','{}');
CREATE TABLE checks (
	id INTEGER NOT NULL,
	checked_at DATETIME NOT NULL,
	asked_by TEXT NOT NULL,
	plate TEXT NOT NULL,
	zone INTEGER NOT NULL,
	sector TEXT NOT NULL,
	at DATETIME NOT NULL,
	allowed BOOLEAN NOT NULL,
	because TEXT,
	station TEXT,
	reference TEXT,
	complete_until DATETIME,
	silent JSON NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE dead_letters (
	station TEXT NOT NULL,
	seq INTEGER NOT NULL,
	reason TEXT NOT NULL,
	received_at DATETIME NOT NULL,
	cleared_at DATETIME,
	cleared_by TEXT,
	note TEXT,
	PRIMARY KEY (station, seq),
	FOREIGN KEY(station, seq) REFERENCES entries (station, seq)
);
CREATE TABLE entries (
	station TEXT NOT NULL,
	seq INTEGER NOT NULL,
	hash BLOB NOT NULL,
	body BLOB NOT NULL,
	received_at DATETIME NOT NULL,
	PRIMARY KEY (station, seq),
	FOREIGN KEY(station) REFERENCES stations (station)
);
INSERT INTO "entries" VALUES('75011-0042',1,X'0101010101010101010101010101010101010101010101010101010101010101',X'7B7D','2026-03-04 10:01:00.000000');
INSERT INTO "entries" VALUES('75011-0042',2,X'0202020202020202020202020202020202020202020202020202020202020202',X'7B7D','2026-03-04 10:02:00.000000');
CREATE TABLE generations (
	series TEXT NOT NULL,
	generation INTEGER NOT NULL,
	known_from DATETIME NOT NULL,
	known_until DATETIME,
	size INTEGER NOT NULL,
	loaded_by TEXT NOT NULL,
	PRIMARY KEY (series, generation)
);
CREATE TABLE holdings (
	id INTEGER NOT NULL,
	series TEXT NOT NULL,
	generation INTEGER NOT NULL,
	plate TEXT NOT NULL,
	holding TEXT NOT NULL,
	sectors JSON NOT NULL,
	valid_from DATETIME NOT NULL,
	valid_until DATETIME,
	PRIMARY KEY (id),
	FOREIGN KEY(series, generation) REFERENCES generations (series, generation)
);
CREATE TABLE incidents (
	id INTEGER NOT NULL,
	station TEXT NOT NULL,
	seq INTEGER NOT NULL,
	hash BLOB NOT NULL,
	body BLOB NOT NULL,
	first_seen DATETIME NOT NULL,
	cleared_at DATETIME,
	cleared_by TEXT,
	note TEXT,
	PRIMARY KEY (id),
	UNIQUE (station, seq, hash),
	FOREIGN KEY(station) REFERENCES stations (station)
);
INSERT INTO "incidents" VALUES(12,'75011-0042',2,X'0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C',X'78','2026-03-04 10:00:00.000000',NULL,NULL,NULL);
INSERT INTO "incidents" VALUES(41,'75011-0042',2,X'2929292929292929292929292929292929292929292929292929292929292929',X'78','2026-03-04 10:00:00.000000',NULL,NULL,NULL);
CREATE TABLE publications (
	kind TEXT NOT NULL,
	audience TEXT NOT NULL,
	version INTEGER NOT NULL,
	effective_from DATETIME NOT NULL,
	envelope BLOB NOT NULL,
	made_of TEXT NOT NULL,
	published_at DATETIME NOT NULL,
	published_by TEXT NOT NULL,
	PRIMARY KEY (kind, audience, version)
);
CREATE TABLE rights (
	station TEXT NOT NULL,
	reference TEXT NOT NULL,
	seq INTEGER NOT NULL,
	known_from DATETIME NOT NULL,
	known_until DATETIME,
	status TEXT NOT NULL,
	plate TEXT NOT NULL,
	alike TEXT NOT NULL,
	zone INTEGER NOT NULL,
	sector TEXT NOT NULL,
	regime TEXT NOT NULL,
	vehicle TEXT NOT NULL,
	bought_at DATETIME NOT NULL,
	start DATETIME NOT NULL,
	"end" DATETIME NOT NULL,
	units INTEGER NOT NULL,
	cents INTEGER NOT NULL,
	tariff TEXT NOT NULL,
	PRIMARY KEY (station, reference, seq),
	FOREIGN KEY(station) REFERENCES stations (station)
);
INSERT INTO "rights" VALUES('75011-0042','75011-0042-000001',2,'2026-03-04 10:02:00.000000',NULL,'sold','BO123ISZ','80123152',1,'11D','visitor','car','2026-03-04 10:00:00.000000','2026-03-04 10:00:00.000000','2026-03-04 11:00:00.000000',4,600,'2024-10-01');
CREATE TABLE silences (
	station TEXT NOT NULL,
	since DATETIME NOT NULL,
	until DATETIME NOT NULL,
	PRIMARY KEY (station, since),
	FOREIGN KEY(station) REFERENCES stations (station)
);
CREATE TABLE statements (
	station TEXT NOT NULL,
	last INTEGER NOT NULL,
	document BLOB NOT NULL,
	signature TEXT NOT NULL,
	received_at DATETIME NOT NULL,
	PRIMARY KEY (station, last),
	FOREIGN KEY(station) REFERENCES stations (station)
);
CREATE TABLE stations (
	station TEXT NOT NULL,
	public_key BLOB,
	zone INTEGER,
	sector TEXT,
	enrolled_at DATETIME,
	revoked_at DATETIME,
	contact INTEGER DEFAULT 0 NOT NULL,
	next INTEGER NOT NULL,
	head BLOB NOT NULL,
	last_contact DATETIME,
	complete_until DATETIME,
	queue INTEGER,
	software TEXT,
	holding JSON,
	clock TEXT,
	clock_offset FLOAT,
	PRIMARY KEY (station)
);
INSERT INTO "stations" VALUES('75011-0042',X'6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B6B',1,'11D','2026-03-04 10:00:00.000000',NULL,0,3,X'6868686868686868686868686868686868686868686868686868686868686868','2026-03-04 10:09:00.000000','2026-03-04 10:08:00.000000',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE tokens (
	id TEXT NOT NULL,
	digest BLOB NOT NULL,
	who TEXT NOT NULL,
	scopes JSON NOT NULL,
	created_at DATETIME NOT NULL,
	created_by TEXT NOT NULL,
	expires_at DATETIME NOT NULL,
	revoked_at DATETIME,
	PRIMARY KEY (id)
);
CREATE INDEX stations_by_sector ON stations (sector);
CREATE INDEX checks_by_moment ON checks (checked_at);
CREATE INDEX rights_alike ON rights (alike, "end");
CREATE INDEX holdings_by_plate ON holdings (plate);
CREATE INDEX holdings_by_generation ON holdings (series, generation);
COMMIT;
