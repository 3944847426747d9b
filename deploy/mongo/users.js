// Run once by the image on an empty volume: a user for each service, whose rights end at its own database. Name and
// password are those of the address that the service is given.
for (const service of ["plans", "tasks", "outreach", "honors"]) {
  const address = fs.readFileSync(`/run/secrets/mongo_url_${service}`, "utf8");
  const [, user, password] = address.match(/^mongodb(?:\+srv)?:\/\/([^:]+):([^@]+)@/);
  const own = `lantoa_${service}`;
  db.getSiblingDB(own).createUser({
    user: decodeURIComponent(user),
    pwd: decodeURIComponent(password),
    roles: [{ role: "readWrite", db: own }],
  });
}
